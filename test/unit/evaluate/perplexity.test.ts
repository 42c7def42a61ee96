import {
  findLargestDifference,
  measureAgreement,
  measureLoss,
  type LossResult,
  type LossSource,
} from '../../../src/evaluate/index.js';

type Request = Parameters<LossSource['runWindow']>[0];

/** A model whose loss of a token is its id over 8, and that holds the next higher id most likely. */
function makeSource(requests: Request[] = []): LossSource {
  return {
    runWindow(request) {
      requests.push(request);
      const scored = request.tokens.subarray(1);
      return Promise.resolve({
        losses: Float32Array.from(scored, (token) => token / 8),
        predictions: scored.map((token) => token + 1),
        divergences: new Float32Array(),
      });
    },
  };
}

/** A result of which only the predictions count. */
function predict(...predictions: readonly (readonly number[])[]): LossResult {
  const windows = predictions.map((window) => Int32Array.from(window));
  return { perplexity: 1, loss: 0, lossError: 0, tokens: 0, losses: [], predictions: windows };
}

describe('The loss on windows', () => {
  it('is the mean over tokens, the first of each window aside, with perplexity and standard error', async () => {
    // losses 1, 2 and 3, 6: mean 3, variance of the sample (4 + 1 + 0 + 9) / 3
    const result = await measureLoss(makeSource(), [Int32Array.of(99, 8, 16), Int32Array.of(99, 24, 48)]);
    expect(result.tokens).toBe(4);
    expect(result.loss).toBe(3);
    expect(result.perplexity).toBeCloseTo(Math.exp(3), 12);
    expect(result.lossError).toBeCloseTo(Math.sqrt(14 / 3 / 4), 12);
    expect(result.losses).toEqual([Float32Array.of(1, 2), Float32Array.of(3, 6)]);
    expect(result.predictions).toEqual([Int32Array.of(9, 17), Int32Array.of(25, 49)]);
  });

  it('weighs tokens alike in windows of unlike length', async () => {
    const result = await measureLoss(makeSource(), [Int32Array.of(0, 8, 8, 8), Int32Array.of(0, 40)]);
    expect(result.loss).toBe(2);
  });

  it('has no error where all losses are equal', async () => {
    const result = await measureLoss(makeSource(), [Int32Array.of(0, 8, 8, 8)]);
    expect(result).toMatchObject({ loss: 1, lossError: 0 });
  });

  it('is measured with the blocks left out that are named, and without any by default', async () => {
    const requests: Request[] = [];
    const tokens = Int32Array.of(0, 8);
    await measureLoss(makeSource(requests), [tokens], { bypass: [1, 4] });
    await measureLoss(makeSource(requests), [tokens]);
    expect(requests).toEqual([
      { tokens, firstScored: 1, losses: true, bypass: [1, 4], bypassAttention: [], overridden: false },
      { tokens, firstScored: 1, losses: true, bypass: [], bypassAttention: [], overridden: false },
    ]);
  });

  it('is asked from the token on that a window names', async () => {
    const requests: Request[] = [];
    const window = { tokens: Int32Array.of(1, 2, 3), firstScored: 2 };
    await measureLoss(makeSource(requests), [window]);
    expect(requests).toEqual([
      { ...window, losses: true, bypass: [], bypassAttention: [], overridden: false },
    ]);
  });

  it('hands the signal to the model and passes on what the model throws', async () => {
    const { signal } = new AbortController();
    const failure = new Error('the model failed');
    const failing: LossSource = {
      runWindow: (_, options) => {
        expect(options?.signal).toBe(signal);
        return Promise.reject(failure);
      },
    };
    await expect(measureLoss(failing, [Int32Array.of(0, 1)], { signal })).rejects.toBe(failure);
  });

  it('tells how far it is, before the first window and after each', async () => {
    const progress: (readonly [number, number])[] = [];
    await measureLoss(makeSource(), [Int32Array.of(0, 8), Int32Array.of(0, 8)], {
      onWindow: (done, total) => progress.push([done, total]),
    });
    expect(progress).toEqual([
      [0, 2],
      [1, 2],
      [2, 2],
    ]);
  });

  it.each([NaN, Infinity, -Infinity])('is refused when that of one token is %d', async (loss) => {
    const source: LossSource = {
      runWindow: () =>
        Promise.resolve({
          losses: Float32Array.of(1, loss, 1),
          predictions: new Int32Array(3),
          divergences: new Float32Array(),
        }),
    };
    await expect(measureLoss(source, [new Int32Array(4)])).rejects.toMatchObject({
      name: 'PruneError',
      code: 'SCORE_UNDEFINED',
      message: 'The loss is not a finite number: the model computes no usable output.',
    });
  });

  it('is refused without windows', async () => {
    await expect(measureLoss(makeSource(), [])).rejects.toMatchObject({ code: 'SCORE_UNDEFINED' });
  });
});

describe('The agreement of two models', () => {
  it('is the share of tokens for which both hold the same next token most likely', () => {
    expect(measureAgreement(predict([1, 2, 3], [4]), predict([1, 9, 3], [9]))).toBe(0.5);
    expect(measureAgreement(predict([1, 2]), predict([1, 2]))).toBe(1);
    expect(measureAgreement(predict([1, 2]), predict([2, 1]))).toBe(0);
  });

  it('counts a token without counterpart as different', () => {
    expect(measureAgreement(predict([1, 2], [3, 4]), predict([1]))).toBe(0.25);
  });
});

describe('The largest difference of losses', () => {
  const floats = (...values: readonly number[]) => Float32Array.from(values);

  it.each([
    ['equal losses', [floats(1, 2)], [floats(1, 2)], 0],
    ['one that differs', [floats(1, 2), floats(3, 4)], [floats(1, 2), floats(3.5, 4)], 0.5],
    ['several, in either direction', [floats(1, 2, 3)], [floats(1.25, 0, 4)], 2],
    ['nothing', [], [], 0],
  ])('of %s is found', (_, a, b, difference) => {
    expect(findLargestDifference(a, b)).toBe(difference);
    expect(findLargestDifference(b, a)).toBe(difference);
  });

  it.each([
    ['in the first', [floats(NaN, 1)], [floats(1, 1)]],
    ['in the second', [floats(1, 1, 5)], [floats(1, NaN, 0)]],
    ['in both', [floats(NaN)], [floats(NaN)]],
    ['after a larger difference', [floats(9, NaN)], [floats(1, 1)]],
    ['of two infinite losses', [floats(Infinity)], [floats(Infinity)]],
  ])('is infinite where there is no number %s', (_, a, b) => {
    expect(findLargestDifference(a, b)).toBe(Infinity);
  });

  it('is infinite where the second has fewer windows or tokens', () => {
    expect(findLargestDifference([floats(1, 2)], [floats(1)])).toBe(Infinity);
    expect(findLargestDifference([floats(1), floats(2)], [floats(1)])).toBe(Infinity);
  });

  it('is infinite where the first has fewer windows or tokens', () => {
    expect(findLargestDifference([floats(1)], [floats(1, 2)])).toBe(Infinity);
    expect(findLargestDifference([], [floats(1)])).toBe(Infinity);
  });
});

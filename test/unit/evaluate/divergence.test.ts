import {
  compareModels,
  compareWindow,
  summariseComparison,
  type LossSource,
  type WindowComparison,
} from '../../../src/evaluate/index.js';

type Request = Parameters<LossSource['runWindow']>[0];

interface Figures {
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly divergences: readonly number[];
  readonly tops?: readonly (readonly [before: number, after: number])[];
}

function compare({ before, after, divergences, tops = before.map(() => [1, 1]) }: Figures): WindowComparison {
  return {
    before: { losses: Float32Array.from(before), predictions: Int32Array.from(tops, ([top]) => top) },
    after: { losses: Float32Array.from(after), predictions: Int32Array.from(tops, ([, top]) => top) },
    divergences: Float32Array.from(divergences),
  };
}

/** Two windows; divergences ¼, 1, ½ and 4. */
const TWO = [
  compare({
    before: [1, 2],
    after: [2, 4],
    divergences: [0.25, 1],
    tops: [
      [5, 5],
      [6, 7],
    ],
  }),
  compare({
    before: [3, 2],
    after: [3, 3],
    divergences: [0.5, 4],
    tops: [
      [8, 8],
      [9, 9],
    ],
  }),
];

/** One window whose divergences are these. */
const diverge = (...divergences: readonly number[]) => {
  const losses = divergences.map(() => 1);
  return summariseComparison([compare({ before: losses, after: losses, divergences })]).divergence;
};

/** A model with tokens of its own kind: two of the same process compare what they keep. */
function makePair(calls: (readonly [string, Request])[], signals: (AbortSignal | undefined)[] = []) {
  let kept: Int32Array | undefined;
  const make = (name: string, factor: number): LossSource => ({
    async runWindow(request, options) {
      calls.push([name, request]);
      signals.push(options?.signal);
      const scored = request.tokens.subarray(request.firstScored);
      // a distribution takes a while; what was kept meanwhile would show
      await Promise.resolve();
      if (request.distribution === 'keep') kept = scored.map((token) => token * factor);
      const divergences =
        request.distribution === 'compare' ? scored.map((t, i) => t * factor - kept![i]!) : [];
      return {
        losses: Float32Array.from(scored, (token) => token * factor),
        predictions: scored,
        divergences: Float32Array.from(divergences),
      };
    },
  });
  return { original: make('original', 1), candidate: make('candidate', 3) };
}

describe('The divergence of a model from its original', () => {
  it('has the mean over all tokens and its standard error', () => {
    const { divergence } = summariseComparison(TWO);
    // 5.75 / 4; squares 0.0625 + 1 + 0.25 + 16
    expect(divergence.mean).toBe(1.4375);
    expect(divergence.error).toBeCloseTo(Math.sqrt((17.3125 / 4 - 1.4375 ** 2) / 3), 12);
    expect(divergence.highest).toBe(4);
  });

  it('has percentiles that lie between two tokens where no token is at their place', () => {
    const { divergence } = summariseComparison(TWO);
    // of ¼, ½, 1, 4: at place 1.5, and at 2.97
    expect(divergence.median).toBe(0.75);
    expect(divergence.percentile99).toBeCloseTo(1 + 0.97 * 3, 6);
    expect(diverge(3, 1, 2).median).toBe(2);
    expect(diverge(...Array.from({ length: 101 }, (_, i) => 100 - i)).percentile99).toBe(99);
  });

  it('of a single token is that of the token', () => {
    expect(diverge(0.5)).toMatchObject({
      mean: 0.5,
      error: 0,
      median: 0.5,
      percentile99: 0.5,
      highest: 0.5,
      sameTop: 1,
      sameTopError: 0,
      logRatioError: 0,
    });
  });

  it('has the share of tokens whose most likely token is the same, with the error of a share', () => {
    const { sameTop, sameTopError } = summariseComparison(TWO).divergence;
    expect(sameTop).toBe(0.75);
    expect(sameTopError).toBeCloseTo(Math.sqrt((0.75 * 0.25) / 3), 12);
  });

  it('has the logarithm of the ratio of perplexities, with the error of the losses taken in pairs', () => {
    const { before, after, divergence } = summariseComparison(TWO);
    expect([before.loss, after.loss]).toEqual([2, 3]);
    expect(divergence.logRatio).toBe(1);
    expect(divergence.logRatio).toBeCloseTo(Math.log(after.perplexity / before.perplexity), 12);
    // differences 1, 2, 0, 1
    expect(divergence.logRatioError).toBeCloseTo(Math.sqrt((6 / 4 - 1) / 3), 12);
  });

  it('has no error of the ratio where all tokens lose as much more, however unlike they are', () => {
    const window = compare({ before: [0.5, 4, 9], after: [1, 4.5, 9.5], divergences: [1, 1, 1] });
    expect(summariseComparison([window]).divergence).toMatchObject({ logRatio: 0.5, logRatioError: 0 });
  });

  it('is refused when a loss or a divergence is not a finite number', () => {
    const refusal = expect.objectContaining({ code: 'SCORE_UNDEFINED' }) as Error;
    const window = { before: [1, 1], after: [1, 1], divergences: [0, 0] };
    for (const broken of [NaN, Infinity]) {
      for (const part of ['before', 'after', 'divergences'] as const) {
        expect(() => summariseComparison([compare({ ...window, [part]: [1, broken] })])).toThrow(refusal);
      }
    }
  });
});

describe('Two models', () => {
  const window = { tokens: Int32Array.of(9, 1, 2), firstScored: 1 };

  it('are compared window by window, the original first, whose distribution is kept', async () => {
    const calls: (readonly [string, Request])[] = [];
    const { original, candidate } = makePair(calls);
    const result = await compareModels({ model: original }, { model: candidate, bypass: [3] }, [
      window,
      Int32Array.of(9, 4),
    ]);
    expect(calls.map(([name, { distribution, bypass }]) => [name, distribution, bypass])).toEqual([
      ['original', 'keep', []],
      ['candidate', 'compare', [3]],
      ['original', 'keep', []],
      ['candidate', 'compare', [3]],
    ]);
    // twice the tokens 1, 2 and 4
    expect(result.divergence).toMatchObject({ highest: 8, median: 4 });
    expect(result.divergence.mean).toBeCloseTo(14 / 3, 12);
    expect(result.after.losses).toEqual([Float32Array.of(3, 6), Float32Array.of(12)]);
  });

  it('are compared over the tokens alone that a window scores', async () => {
    const { original, candidate } = makePair([]);
    const compared = await compareWindow(
      { model: original },
      { model: candidate },
      { ...window, firstScored: 2 },
    );
    expect(compared.divergences).toEqual(Float32Array.of(4));
    expect(compared.before.losses).toEqual(Float32Array.of(2));
  });

  it('tell how far they are and take a signal', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const { original, candidate } = makePair([], signals);
    const progress: (readonly [number, number])[] = [];
    const { signal } = new AbortController();
    await compareModels({ model: original }, { model: candidate }, [window, window], {
      signal,
      onWindow: (done, total) => progress.push([done, total]),
    });
    expect(progress).toEqual([
      [0, 2],
      [1, 2],
      [2, 2],
    ]);
    expect(signals).toEqual([signal, signal, signal, signal]);
  });
});

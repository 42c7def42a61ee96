import { judgeSize, type Contender } from '../../../../src/run/comparison/judge.js';
import { describeChoice } from '../../../../src/run/comparison/sentence.js';

const rate = (median: number, spread = 0) => ({ median, lowest: median - spread, highest: median + spread });

function contender(
  kind: Contender['kind'],
  name: string,
  bytes: number,
  divergences: readonly number[],
  changes: Partial<Contender> = {},
): Contender {
  return {
    kind,
    name,
    bytes,
    divergences: [Float32Array.from(divergences)],
    divergence: divergences.reduce((sum, value) => sum + value, 0) / divergences.length,
    perplexityRatio: 1.05,
    grade: 'slight',
    prompt: undefined,
    generation: undefined,
    ...changes,
  };
}

const pruned = contender('pruned', '27 of 30 blocks', 90e6, [0.4, 0.5, 0.4, 0.5]);
const q4 = contender('quantised', 'Q4_0', 91e6, [0.1, 0.2, 0.1, 0.2]);

describe('At a size', () => {
  it('the file is taken that stays clearly closer to the original', () => {
    const judgement = judgeSize(91e6, [pruned, q4]);
    expect(judgement).toMatchObject({ pruned, quantised: q4, taken: q4, reason: 'closer' });
    expect(judgement.gap?.mean).toBeCloseTo(0.3);
    expect(describeChoice(91e6, judgement)).toBe(
      'At about 91.0 MB take Q4_0 (91.0 MB), because it stays closer to the original than the pruned file of 27 of 30 ' +
        'blocks (90.0 MB): KL divergence 0.150 against 0.450.',
    );
  });

  it('files that are larger do not count', () => {
    const judgement = judgeSize(90e6, [pruned, q4]);
    expect(judgement).toMatchObject({ quantised: undefined, taken: pruned, reason: 'only' });
    expect(describeChoice(90e6, judgement)).toMatch(
      /take the pruned file of 27 of 30 blocks \(90\.0 MB\), because no plain quantisation that was tried is that small\.$/,
    );
  });

  it('a smaller file that is closer to the original stands for its kind', () => {
    const better = contender('quantised', 'Q3_K_M', 80e6, [0.1, 0.1, 0.1, 0.1]);
    expect(judgeSize(91e6, [q4, better]).quantised).toBe(better);
  });

  it('there may be nothing to take', () => {
    const judgement = judgeSize(10e6, [pruned, q4]);
    expect(judgement).toMatchObject({ taken: undefined, reason: 'nothing' });
    expect(describeChoice(10e6, judgement)).toMatch(/^At about 10\.0 MB there is nothing to take/);
  });

  describe('where the text cannot tell the two apart', () => {
    const near = (generation?: Contender['generation']) =>
      contender('quantised', 'Q4_0', 91e6, [0.4, 0.4, 0.2, 0.4], { generation });
    const far = (generation?: Contender['generation']) =>
      contender('pruned', '27 of 30 blocks', 90e6, [0.3, 0.3, 0.6, 0.5], { generation });

    it('the clearly faster one is taken', () => {
      const files = [near(rate(50, 1)), far(rate(60, 1))];
      const judgement = judgeSize(91e6, files);
      expect(judgement).toMatchObject({ taken: files[1], reason: 'faster' });
      expect(judgement.gap?.mean).toBeLessThan(0);
      expect(describeChoice(91e6, judgement)).toMatch(/cannot tell it from Q4_0 .* writes 20 % faster\.$/);
    });

    it.each([
      ['times overlap', rate(50, 9), rate(60, 9)],
      ['no times were taken', undefined, undefined],
    ])('and %s, the lower mean is taken, and said to be no more than chance', (_, a, b) => {
      const files = [near(a), far(b)];
      const judgement = judgeSize(91e6, files);
      expect(judgement).toMatchObject({ taken: files[0], reason: 'close' });
      expect(describeChoice(91e6, judgement)).toMatch(/no more than chance on this text/);
    });
  });
});

describe('The sentence', () => {
  it('says what the other one does better', () => {
    const slow = { ...q4, prompt: rate(100), generation: rate(50) };
    const fast = { ...pruned, prompt: rate(110), generation: rate(56) };
    expect(describeChoice(91e6, judgeSize(91e6, [slow, fast]))).toMatch(
      /The other one reads 10 % faster and writes 12 % faster\.$/,
    );
  });

  it.each([
    ['severe', 2, /It is much worse than the original all the same: perplexity × 2\.00\.$/],
    ['broken', 12, /But it is not usable: perplexity × 12\.0\.$/],
  ] as const)('warns of a file that is %s', (grade, perplexityRatio, warning) => {
    expect(describeChoice(91e6, judgeSize(91e6, [{ ...q4, grade, perplexityRatio }]))).toMatch(warning);
  });
});

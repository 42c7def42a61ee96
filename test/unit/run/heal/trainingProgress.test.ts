import {
  addJudgement,
  beginProgress,
  describeEnd,
  hasGivenUp,
  type TrainingProgress,
} from '../../../../dist/run/heal/trainingProgress.js';

const makeState = (value: number) => ({
  names: ['a'],
  values: [Float32Array.of(value)],
  means: [Float32Array.of(0)],
  squares: [Float32Array.of(0)],
});

/** The state after each step is its number. */
function judge(
  ...judgements: readonly (readonly [divergence: number, rounded: boolean])[]
): TrainingProgress {
  return judgements.reduce(
    (progress, [divergence, rounded]) => {
      const step = progress.step + 1;
      return addJudgement(progress, makeState(step), {
        step,
        seconds: 10 * step,
        divergence,
        trainedDivergence: divergence,
        rounded,
      });
    },
    beginProgress(makeState(0), 0.5),
  );
}
const floats = (divergence: number) => [divergence, false] as const;
const written = (divergence: number) => [divergence, true] as const;

describe('The best of a training', () => {
  it('is its beginning, where nothing was gained', () => {
    const { best, vain } = judge(floats(0.6), floats(0.5));
    expect(best).toEqual({ step: 0, divergence: 0.5, values: [Float32Array.of(0)] });
    expect(vain).toBe(2);
  });

  it('is what held-out windows were nearest to the original with, though steps follow', () => {
    const progress = judge(floats(0.4), floats(0.3), floats(0.35));
    expect(progress.best).toEqual({ step: 2, divergence: 0.3, values: [Float32Array.of(2)] });
    expect(progress.state).toEqual(makeState(3));
    expect(progress.course.map(({ divergence }) => divergence)).toEqual([0.5, 0.4, 0.3, 0.35]);
    expect(progress).toMatchObject({ step: 3, seconds: 30, vain: 1 });
  });

  it('is of matrices as they are written from the first judgement of those on, though floats were better', () => {
    expect(judge(floats(0.3), written(0.45)).best).toMatchObject({ step: 2, divergence: 0.45 });
    expect(judge(floats(0.3), written(0.45), written(0.46)).best).toMatchObject({ step: 2 });
    expect(judge(floats(0.3), written(0.45), written(0.42)).best).toMatchObject({ step: 3 });
  });

  it('may as it is written be worse than the beginning was, and says so', () => {
    expect(judge(floats(0.3), written(0.7)).best.divergence).toBe(0.7);
  });
});

describe('A training', () => {
  it('gives up after four judgements in a row without a gain', () => {
    expect(hasGivenUp(judge(floats(0.6), floats(0.6), floats(0.6)))).toBe(false);
    expect(hasGivenUp(judge(floats(0.6), floats(0.6), floats(0.6), floats(0.6)))).toBe(true);
    expect(hasGivenUp(judge(floats(0.6), floats(0.6), floats(0.6), floats(0.4), floats(0.6)))).toBe(false);
  });

  it('has another four judgements from where matrices are judged as they are written', () => {
    const before = [floats(0.6), floats(0.6), floats(0.6)] as const;
    const three = [written(0.8), written(0.8), written(0.8)] as const;
    expect(hasGivenUp(judge(...before, written(0.7), ...three))).toBe(false);
    expect(hasGivenUp(judge(...before, written(0.7), ...three, written(0.8)))).toBe(true);
  });

  it.each([
    ['all steps', judge(floats(0.4), floats(0.3)), 2, false],
    ['all steps', judge(floats(0.6), floats(0.6), floats(0.6), floats(0.6)), 4, false],
    ['stopped', judge(floats(0.4)), 2, false],
    ['no more gain', judge(floats(0.6), floats(0.6), floats(0.6), floats(0.6)), 8, false],
    ['diverged', judge(floats(0.4)), 2, true],
  ] as const)('says why it ended: %s', (ended, progress, steps, isDiverged) => {
    expect(describeEnd(progress, steps, isDiverged)).toBe(ended);
  });
});

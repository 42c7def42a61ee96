import { combineSums, standardError, sumGram } from '../../../src/score/index.js';
import { gramOf } from '../../fixtures/states.js';

/** A token whose state is turned by 90 degrees by block 0 and doubled by block 1. */
const TURNED = [
  [1, 0],
  [0, 1],
  [0, 2],
];
/** A token whose state stays what it is in block 0 and is reversed by block 1. */
const REVERSED = [
  [1, 0],
  [1, 0],
  [-1, 0],
];

const WINDOWS = [sumGram(gramOf([TURNED, TURNED, REVERSED]), 3), sumGram(gramOf([REVERSED]), 3)];

describe('The scores of blocks', () => {
  const scores = combineSums(WINDOWS, 2);

  it('are means over tokens, not over windows', () => {
    expect(scores).toMatchObject({ blocks: 2, tokens: 4, windows: 2 });
    // block 0: cosines 0, 0, 1, 1; block 1: cosines 1, 1, -1, -1
    expect(scores.blockInfluence).toEqual([0.5, 1]);
    // block 0: sqrt(2) twice, 0 twice; block 1: 1/2 twice, 2 twice
    expect(scores.relativeMagnitude[0]).toBeCloseTo(Math.SQRT1_2, 7);
    expect(scores.relativeMagnitude[1]).toBeCloseTo(1.25, 7);
  });

  it('hold the similarity and the angle of all pairs of states', () => {
    // the first and the last state: cosines 0, 0, -1, -1
    expect(scores.similarity).toEqual([
      [1, 0.5, -0.5],
      [0.5, 1, 0],
      [-0.5, 0, 1],
    ]);
    expect(scores.angularDistance).toEqual([
      [0, 0.25, 0.75],
      [0.25, 0, 0.5],
      [0.75, 0.5, 0],
    ]);
  });

  it('have the standard errors of the means of windows, which count by their tokens', () => {
    // of two values that count three times and once the error is 3/8 of their distance
    // block 0: means 2/3 and 0; block 1: means 2/3 and 2
    expect(scores.standardErrors.blockInfluence[0]).toBeCloseTo((3 / 8) * (2 / 3), 7);
    expect(scores.standardErrors.blockInfluence[1]).toBeCloseTo((3 / 8) * (4 / 3), 7);
    // block 0: means 2 sqrt(2) / 3 and 0; block 1: means 1 and 2
    expect(scores.standardErrors.relativeMagnitude[0]).toBeCloseTo((3 / 8) * ((2 * Math.SQRT2) / 3), 7);
    expect(scores.standardErrors.relativeMagnitude[1]).toBeCloseTo(3 / 8, 7);
    // block 0: means 1/3 and 0; block 1: means 1/3 and 1
    expect(scores.standardErrors.angularDistance[0]).toBeCloseTo((3 / 8) * (1 / 3), 7);
    expect(scores.standardErrors.angularDistance[1]).toBeCloseTo((3 / 8) * (2 / 3), 7);
  });

  it('of a single window have no known error', () => {
    const { standardErrors } = combineSums(WINDOWS.slice(1), 2);
    expect(standardErrors).toEqual({
      blockInfluence: [Infinity, Infinity],
      relativeMagnitude: [Infinity, Infinity],
      angularDistance: [Infinity, Infinity],
    });
  });

  it.each([
    ['windows', []],
    ['tokens', [sumGram(new Float32Array(0), 3)]],
  ])('are refused without %s', (_, sums) => {
    expect(() => combineSums(sums, 2)).toThrow(
      expect.objectContaining({
        code: 'SCORE_UNDEFINED',
        message: 'Blocks cannot be scored without tokens.',
      }) as Error,
    );
  });
});

describe('A standard error', () => {
  it.each([
    [[], Infinity],
    [[3], Infinity],
    [[2, 2, 2], 0],
    [[1, 3], 1],
    // variance 20 / 3
    [[1, 3, 5, 7], Math.sqrt(20 / 3 / 4)],
  ])('of %j is %d', (values, expected) => {
    const alike = values.map(() => 5);
    expect(standardError(values, alike)).toBeCloseTo(expected, 12);
  });
});

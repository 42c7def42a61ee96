import fc from 'fast-check';
import { findLowest, measureMargin } from '../../../src/select/index.js';

describe('The choice', () => {
  it.each([
    [[0.5, 0.1, 0.4, 0.2], 2, [1, 3]],
    [[0.5, 0.1, 0.4, 0.2], 3, [1, 2, 3]],
    [[3, 2, 1], 0, []],
    [[3, 2, 1], 3, [0, 1, 2]],
    [[-1, 0, -2], 1, [2]],
    [[10, 9, 100], 1, [1]],
  ])('of %j for %i blocks is %j', (scores, count, chosen) => {
    expect(findLowest(scores, count)).toEqual(chosen);
  });

  it.each([
    [[1, 1, 1, 1], 2, [2, 3]],
    [[1, 0, 1, 0], 1, [3]],
    [[1, 0, 1, 0], 3, [1, 2, 3]],
    [[Infinity, Infinity, Infinity], 1, [2]],
    [[-Infinity, 0, -Infinity], 1, [2]],
  ])('takes the later one of equal blocks (%j, %i)', (scores, count, chosen) => {
    expect(findLowest(scores, count)).toEqual(chosen);
  });

  it('is refused when a block has no score, with its number', () => {
    expect(() => findLowest([1, 2, NaN, NaN], 1)).toThrow(
      expect.objectContaining({
        code: 'SCORE_UNDEFINED',
        message: 'Block 2 has no score, so no choice can be made by it.',
      }) as Error,
    );
  });

  it('leaves the scores as they were', () => {
    const scores = [3, 1, 2];
    findLowest(scores, 2);
    expect(scores).toEqual([3, 1, 2]);
  });

  it('is ascending, as long as asked for, and never leaves out a block lower than one that it holds', () => {
    const scores = fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(scores, fc.nat(), (values, number) => {
        const count = number % (values.length + 1);
        const chosen = findLowest(values, count)!;
        expect(chosen).toEqual(chosen.toSorted((a, b) => a - b));
        expect(new Set(chosen).size).toBe(count);
        const of = (isChosen: boolean) => values.filter((_, block) => chosen.includes(block) === isChosen);
        expect(Math.max(...of(true), -Infinity)).toBeLessThanOrEqual(Math.min(...of(false), Infinity));
      }),
    );
  });
});

describe('The margin of a choice', () => {
  it('is the distance between the last block dropped and the first one kept, also in standard errors', () => {
    // dropped: 0.1 and 0.2 ± 0.03; kept: 0.7 ± 0.04, then 0.9
    const margin = measureMargin([0.9, 0.2, 0.7, 0.1], [9, 0.03, 0.04, 9], [1, 3]);
    expect(margin?.gap).toBeCloseTo(0.5, 12);
    expect(margin?.standardErrors).toBeCloseTo(0.5 / 0.05, 12);
  });

  it('is negative where a better block was dropped than one that was kept', () => {
    const margin = measureMargin([1, 3], [3, 4], [1]);
    expect(margin).toEqual({ gap: -2, standardErrors: -2 / 5 });
  });

  it('is 0 standard errors where these are unknown', () => {
    expect(measureMargin([1, 3], [Infinity, Infinity], [0])).toEqual({ gap: 2, standardErrors: undefined });
    expect(measureMargin([1, 3], [], [0])).toEqual({ gap: 2, standardErrors: undefined });
  });

  it('is without bounds where nothing is uncertain', () => {
    expect(measureMargin([1, 3], [0, 0], [0])).toEqual({ gap: 2, standardErrors: Infinity });
  });

  it('is not there when nothing is dropped or nothing is kept', () => {
    expect(measureMargin([1, 2], [0, 0], [])).toBeUndefined();
    expect(measureMargin([1, 2], [0, 0], [0, 1])).toBeUndefined();
  });
});

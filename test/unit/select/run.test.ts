import fc from 'fast-check';
import { findLowestRun } from '../../../src/select/index.js';

const range = (length: number) => Array.from({ length }, (_, i) => i);

/** Scores of runs by a formula of the states between which they lie. */
const scoreRuns = (blocks: number, score: (first: number, end: number) => number) =>
  range(blocks + 1).map((first) => range(blocks + 1).map((end) => score(first, end)));

const free = { mayDrop: () => true, mayStand: () => true, keepOne: [] };

describe('The lowest run', () => {
  it('is the one whose ends score least together', () => {
    const runs = scoreRuns(6, (first, end) => (first === 1 && end === 4 ? 0.1 : 1));
    expect(findLowestRun(runs, 3)).toEqual([1, 2, 3]);
  });

  it('is the later one of those that score alike', () => {
    expect(
      findLowestRun(
        scoreRuns(6, () => 1),
        2,
      ),
    ).toEqual([4, 5]);
  });

  it('has no block that must stay, and leaves none where it may not stand', () => {
    const runs = scoreRuns(6, (first) => first);
    expect(findLowestRun(runs, 2, { ...free, mayDrop: (block) => block !== 1 })).toEqual([2, 3]);
    const even = (block: number, position: number) => (block - position) % 2 === 0;
    expect(findLowestRun(runs, 3, { ...free, mayStand: even })).toEqual([3, 4, 5]);
    expect(findLowestRun(runs, 2, { ...free, keepOne: [[0, 1], [2]] })).toEqual([3, 4]);
  });

  it('is none where no run may go', () => {
    expect(
      findLowestRun(
        scoreRuns(4, () => 1),
        2,
        { ...free, mayDrop: (block) => block % 2 === 0 },
      ),
    ).toBe(undefined);
  });

  it('is refused where a run that may go has no score, and only there', () => {
    const runs = scoreRuns(4, (first) => (first === 1 ? NaN : 1));
    expect(() => findLowestRun(runs, 2)).toThrow(/Blocks 1 to 2 have no score/);
    expect(findLowestRun(runs, 2, { ...free, mayDrop: (block) => block !== 1 })).toEqual([2, 3]);
  });

  it('scores no more than any other', () => {
    const sizes = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(
        sizes,
        sizes,
        fc.array(fc.double({ noNaN: true }), { minLength: 100 }),
        (blocks, size, values) => {
          const count = Math.min(size, blocks);
          const runs = scoreRuns(blocks, (first, end) => values[first * 10 + end]!);
          const [first = NaN] = findLowestRun(runs, count) ?? [];
          const all = range(blocks - count + 1).map((one) => runs[one]![one + count]!);
          expect(runs[first]![first + count]).toBe(Math.min(...all));
        },
      ),
    );
  });
});

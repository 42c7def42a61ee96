import fc from 'fast-check';
import { findLowest, type ChoiceConstraints } from '../../../src/select/index.js';

const free: ChoiceConstraints = { mayDrop: () => true, mayStand: () => true, keepOne: [] };

/** Each kept block must stand where its class by a period is the same. */
const everyFourth: ChoiceConstraints = {
  ...free,
  mayStand: (block, position) => (block % 4 === 3) === (position % 4 === 3),
};

describe('A choice under constraints', () => {
  it('passes over blocks that may not be dropped, and does not look at their scores', () => {
    const constraints = { ...free, mayDrop: (block: number) => block !== 1 };
    expect(findLowest([3, NaN, 1, 2], 2, constraints)).toEqual([2, 3]);
  });

  it('keeps each kept block in its class, at the lowest sum that this allows', () => {
    // 5 and 6 are lowest, but without them block 7 would be the sixth
    const scores = [9, 9, 9, 9, 4, 0, 0, 1, 9, 9, 9, 9];
    expect(findLowest(scores, 2, everyFourth)).toEqual([10, 11]);
    expect(findLowest(scores, 4, everyFourth)).toEqual([4, 5, 6, 7]);
    expect(findLowest([...scores.slice(0, 8), 1, 1], 2, everyFourth)).toEqual([8, 9]);
  });

  it('is not greedy: it leaves the lowest block where that one cannot go with others', () => {
    const scores = [5, 5, 5, 0, 1, 1, 1, 5];
    expect(findLowest(scores, 4, everyFourth)).toEqual([3, 4, 5, 6]);
    expect(findLowest([5, 5, 5, 9, 0, 1, 1, 1], 4, everyFourth)).toEqual([4, 5, 6, 7]);
  });

  it('keeps at least one block of each set', () => {
    const constraints = { ...free, keepOne: [[0, 1], [3]] };
    expect(findLowest([0, 1, 5, 0], 2, constraints)).toEqual([0, 2]);
    expect(findLowest([1, 1, 1, 1], 3, constraints)).toBeUndefined();
  });

  it('is the best of all choices that respect the constraints, or none when there is none', () => {
    const model = fc.record({
      scores: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 9 }),
      step: fc.integer({ min: 1, max: 4 }),
      stays: fc.array(fc.nat(8), { maxLength: 2 }),
      keepOne: fc.array(fc.array(fc.nat(8), { minLength: 1, maxLength: 3 }), { maxLength: 2 }),
      count: fc.nat(9),
    });
    fc.assert(
      fc.property(model, ({ scores, step, stays, keepOne, count }) => {
        fc.pre(count <= scores.length);
        const sets = keepOne.map((set) => set.map((block) => block % scores.length));
        const constraints: ChoiceConstraints = {
          mayDrop: (block) => !stays.includes(block),
          mayStand: (block, position) => (block % step === 0) === (position % step === 0),
          keepOne: sets,
        };
        const found = findLowest(scores, count, constraints);
        const allowed = listSubsets(scores.length, count).filter((dropped) => {
          const kept = scores.map((_, block) => block).filter((block) => !dropped.includes(block));
          return (
            dropped.every(constraints.mayDrop) &&
            kept.every(constraints.mayStand) &&
            sets.every((set) => set.some((block) => kept.includes(block)))
          );
        });
        const sum = (blocks: readonly number[]) => blocks.reduce((total, block) => total + scores[block]!, 0);
        if (found === undefined) {
          expect(allowed).toEqual([]);
          return;
        }
        expect(allowed).toContainEqual(found);
        expect(sum(found)).toBe(Math.min(...allowed.map(sum)));
      }),
      { numRuns: 400 },
    );
  });
});

function listSubsets(length: number, size: number): readonly (readonly number[])[] {
  return Array.from({ length: 2 ** length }, (_, bits) =>
    Array.from({ length }, (__, block) => block).filter((block) => (bits >> block) & 1),
  ).filter((subset) => subset.length === size);
}

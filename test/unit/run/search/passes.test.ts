import fc from 'fast-check';
import { countBlocks, planPasses } from '../../../../src/run/search/passes.js';
import { wholeBlocks } from '../../../../src/run/search/units.js';

const blocks = 10;
const units = wholeBlocks(blocks);
const total = (passes: ReturnType<typeof planPasses>) =>
  passes.reduce((sum, pass) => sum + countBlocks(pass, units), 0);
const set = fc
  .uniqueArray(fc.nat(blocks - 1), { maxLength: 5 })
  .map((all): readonly number[] => all.sort((a, b) => a - b));

describe('The plan of passes', () => {
  it('begins each set where it differs from the one that is kept', () => {
    const candidates = [[3], [7], [9]].map((one) => ({ set: one, base: [] }));
    const passes = planPasses(candidates, [], units);
    expect(passes.map(({ firstBlock }) => firstBlock)).toEqual([3, 7, 9]);
    expect(total(passes)).toBe(6 + 2 + 0);
  });

  it('first runs the base that many sets are alike to, from where it differs from the one that is kept', () => {
    const candidates = [5, 6, 7, 8].map((block) => ({ set: [2, block], base: [2] }));
    const passes = planPasses(candidates, [], units);
    expect(passes[0]).toEqual({ set: [2], firstBlock: 2, keepInputs: true });
    expect(passes.slice(1).map(({ firstBlock }) => firstBlock)).toEqual([5, 6, 7, 8]);
  });

  it('does without the base where that costs more than it saves', () => {
    const passes = planPasses([{ set: [2, 3], base: [2] }], [], units);
    expect(passes).toEqual([{ set: [2, 3], firstBlock: 2, keepInputs: false }]);
  });

  it('begins at the last block at the latest, for the set that is kept itself', () => {
    expect(planPasses([{ set: [4], base: [4] }], [4], units)[0]?.firstBlock).toBe(blocks - 1);
  });

  it('runs every set once, begins none above a block that differs, and costs no more than whole passes', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(set, { minLength: 1, maxLength: 8, selector: (one) => one.join() }),
        set,
        fc.option(set, { nil: undefined }),
        (sets, base, kept) => {
          const candidates = sets.map((one) => ({ set: one, base }));
          const passes = planPasses(candidates, kept, units);
          for (const one of sets) expect(passes.map((pass) => pass.set)).toContainEqual(one);
          let inputs = kept;
          for (const pass of passes) {
            const below = (blocksOf: readonly number[]) =>
              blocksOf.filter((block) => block < pass.firstBlock);
            if (pass.firstBlock > 0) expect(below(pass.set)).toEqual(below(inputs ?? [NaN]));
            if (pass.keepInputs) inputs = pass.set;
          }
          const whole = candidates.map((one) => ({ ...one, firstBlock: 0, keepInputs: false }));
          expect(total(passes)).toBeLessThanOrEqual(total(whole) + passes.length);
        },
      ),
    );
  });
});

import fc from 'fast-check';
import { halve, narrowDown } from '../../../../src/select/index.js';
import { makeJudge } from './fakeJudge.js';

describe('Halving candidates', () => {
  it('measures all on few windows, and fewer on more, the last on all', () => {
    expect(halve(2)(12, 16)).toEqual([
      { windows: 2, keep: 4 },
      { windows: 6, keep: 2 },
      { windows: 16, keep: 2 },
    ]);
  });

  it('keeps as many as are asked for and needs no more windows than there are', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 4 }),
        (candidates, windows, keep) => {
          const rungs = halve(keep)(candidates, windows);
          expect(rungs.at(-1)).toEqual({ windows, keep });
          rungs.forEach((rung, i) => {
            expect(rung.windows).toBeLessThanOrEqual(windows);
            expect(rung.windows).toBeGreaterThanOrEqual(rungs[i - 1]?.windows ?? 1);
            expect(rung.keep).toBeGreaterThanOrEqual(keep);
          });
        },
      ),
    );
  });

  it('ends with the best of those that were not misjudged at first', async () => {
    const judge = makeJudge(([block = NaN]) => block, 8);
    const candidates = [5, 3, 8, 1, 9, 2].map((block) => ({ set: [block], base: [] }));
    const left = await narrowDown(judge, candidates, halve(1)(candidates.length, 8));
    expect(left).toEqual([{ set: [1], base: [], damage: 1 }]);
  });
});

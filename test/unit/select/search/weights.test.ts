import {
  exchangeBlocks,
  growSets,
  measureAll,
  narrowDown,
  takeLowestSingles,
  type SearchProblem,
  type UnitSet,
} from '../../../../src/select/index.js';
import { allowAll, collect, makeJudge } from './fakeJudge.js';

/** Even units are parts that weigh a quarter, the odd one after each is the whole, in place of it. */
const weighUnits = (set: UnitSet) => set.reduce((sum, unit) => sum + (unit % 2 === 1 ? 1 : 0.25), 0);
const partsAndWholes = (units: number, weight: number): SearchProblem => ({
  ...allowAll(units, units),
  weigh: weighUnits,
  add: (set, unit) =>
    [...set.filter((one) => unit % 2 === 0 || one !== unit - 1), unit].sort((a, b) => a - b),
  canLeadOn: (set) =>
    weighUnits(set) <= weight && !set.some((unit) => unit % 2 === 0 && set.includes(unit + 1)),
});
const all = Infinity;
const greedy = { width: 1, tried: all, rungs: measureAll(1) };

describe('A search over units of several weights', () => {
  it('takes what adds least damage by weight', async () => {
    // parts of a quarter do 2, 3 and 4; wholes do 5, 20 and 20
    const judge = makeJudge((set) => set.reduce((sum, unit) => sum + [2, 5, 3, 20, 4, 20][unit]!, 0));
    const steps = await collect(growSets(judge, partsAndWholes(6, 1.5), greedy));
    expect(steps.map(({ dropped }) => dropped)).toEqual([[1], [1, 2], [1, 2, 4]]);
  });

  it('puts a whole in place of its part where that pays', async () => {
    const harm = (set: UnitSet) =>
      (set.includes(0) ? 1 : 0) + (set.includes(1) ? 5 : 0) + (set.includes(2) || set.includes(3) ? 90 : 0);
    const steps = await collect(growSets(makeJudge(harm), partsAndWholes(4, 1), greedy));
    expect(steps.map(({ dropped }) => dropped)).toEqual([[0], [1]]);
  });

  it('is the order by damage where all weigh the same', async () => {
    const judge = makeJudge((set) => [5, 3, 9, 1][set[0]!]!);
    const candidates = [0, 1, 2, 3].map((unit) => ({ set: [unit], base: [] }));
    const rungs = [{ windows: 1, keep: 4 }];
    const sorted = await narrowDown(judge, candidates, rungs, () => 1);
    expect(sorted.map(({ set }) => set[0])).toEqual([3, 1, 0, 2]);
    expect([...judge.asked.keys()]).not.toContain('');
  });

  it('exchanges sets of equal weight alone', async () => {
    const judge = makeJudge((set) => set.reduce((sum, unit) => sum + (unit === 5 ? 0 : 1 + unit), 0));
    const problem = { ...partsAndWholes(6, 9), mayDrop: () => true };
    const mended = await exchangeBlocks(
      judge,
      problem,
      { dropped: [3], damage: 4 },
      { coming: all, tried: 9, rungs: measureAll(1), rounds: 3 },
    );
    expect(mended).toEqual({ dropped: [5], damage: 0 });
  });

  it('begins with what does least damage alone, by weight, as far as it fits', async () => {
    const judge = makeJudge((set) => set.reduce((sum, unit) => sum + [2, 5, 3, 20, 1, 20][unit]!, 0));
    expect(await takeLowestSingles(judge, partsAndWholes(6, 1.5))).toEqual([1, 2, 4]);
  });
});

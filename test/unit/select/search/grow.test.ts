import fc from 'fast-check';
import { growSets, measureAll, type UnitSet } from '../../../../src/select/index.js';
import { allowAll, collect, makeJudge } from './fakeJudge.js';

const all = Infinity;
const greedy = { width: 1, tried: all, rungs: measureAll(1) };

describe('Growing sets', () => {
  it('takes the block that adds least at each step, when blocks do damage on their own', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 2, maxLength: 9 }),
        async (harm) => {
          const judge = makeJudge((set) => set.reduce((sum, block) => sum + (harm[block] ?? NaN), 0));
          const steps = await collect(growSets(judge, allowAll(harm.length, harm.length - 1), greedy));
          const order = harm.map((_, block) => block).sort((a, b) => (harm[a] ?? 0) - (harm[b] ?? 0));
          expect(steps.map(({ dropped }) => dropped)).toEqual(
            steps.map((_, i) => order.slice(0, i + 1).sort((a, b) => a - b)),
          );
          expect(steps).toHaveLength(harm.length - 1);
        },
      ),
    );
  });

  it('sees that blocks that are harmless alone do harm together', async () => {
    const judge = makeJudge(
      (set) => (set.includes(1) && set.includes(2) ? 10 : 0) + set.length + (set.includes(3) ? 1 : 0),
    );
    const steps = await collect(growSets(judge, allowAll(4, 2), greedy));
    expect(steps.at(-1)?.dropped).not.toEqual([1, 2]);
  });

  /** The best pair is made of blocks that are not the best ones alone. */
  const trap = (set: UnitSet) => (set.join() === '0,1' ? 1 : set.length + (set.join() === '2' ? -0.5 : 0));

  it('finds with more width what a greedy search passes by', async () => {
    const one = await collect(growSets(makeJudge(trap), allowAll(4, 2), greedy));
    const wide = await collect(
      growSets(makeJudge(trap), allowAll(4, 2), { ...greedy, width: 4, rungs: measureAll(4) }),
    );
    expect(one.at(-1)?.damage).toBe(2);
    expect(wide.at(-1)).toEqual({ dropped: [0, 1], damage: 1 });
  });

  it('tries those blocks alone that did least damage, once all were tried', async () => {
    const judge = makeJudge((set) => set.reduce((sum, block) => sum + block, 0));
    await collect(growSets(judge, allowAll(6, 3), { ...greedy, tried: 2 }));
    expect([...judge.asked.keys()].filter((name) => name.split(',').length === 3)).toEqual([
      '0,1,2',
      '0,1,3',
    ]);
  });

  it('goes on with a set that scores propose, if that does less damage than those that grew', async () => {
    const judge = makeJudge((set) => (['2,3', '1,2,3'].includes(set.join()) ? 0 : 10 - set.length));
    const propose = (size: number) => (size === 2 ? [[2, 3]] : []);
    const steps = await collect(growSets(judge, { ...allowAll(5, 3), propose }, { ...greedy, tried: 1 }));
    expect(steps[1]).toEqual({ dropped: [2, 3], damage: 0 });
    expect(steps[2]?.dropped).toEqual(expect.arrayContaining([2, 3]));
  });

  it('proposes nothing that cannot lead on', async () => {
    const judge = makeJudge((set) => (set.includes(4) ? 0 : 1));
    const propose = (size: number) => [[0, 1, 4].slice(3 - size)];
    const problem = {
      ...allowAll(5, 2),
      propose,
      canLeadOn: (set: UnitSet) => !set.includes(4) && set.length < 3,
    };
    await collect(growSets(judge, problem, greedy));
    expect([...judge.asked.keys()].filter((name) => name.includes('4'))).toEqual([]);
  });

  it('measures the losers on few windows and the winners on all', async () => {
    const judge = makeJudge((set) => set.reduce((sum, block) => sum + block, 0));
    const rungs = () => [
      { windows: 1, keep: 2 },
      { windows: 4, keep: 1 },
    ];
    await collect(growSets(judge, allowAll(4, 1), { ...greedy, rungs }));
    expect(Object.fromEntries(judge.asked)).toEqual({ '': 1, '0': 4, '1': 4, '2': 1, '3': 1 });
  });

  it('goes by sets that may not be dropped to those that may, and gives these alone', async () => {
    const judge = makeJudge((set) => set.length);
    const problem = {
      ...allowAll(6, 4),
      mayDrop: (set: UnitSet) => set.length % 2 === 0,
      canLeadOn: (set: UnitSet) => set.length <= 4,
    };
    const steps = await collect(growSets(judge, problem, greedy));
    expect(steps.map(({ dropped }) => dropped.length)).toEqual([2, 4]);
  });
});

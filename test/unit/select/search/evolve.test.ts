import { evolveSet, nameSet, type Judge } from '../../../../src/select/index.js';
import { allowAll, makeJudge } from './fakeJudge.js';

const options = {
  generations: 40,
  offspring: 8,
  rungs: [
    { windows: 1, keep: 2 },
    { windows: 4, keep: 1 },
  ],
};
const judgeByDistance = () => makeJudge((set) => set.reduce((sum, block) => sum + Math.abs(block - 4), 0));

describe('Evolving a set', () => {
  it('finds the best set, keeping its size', async () => {
    const found = await evolveSet(judgeByDistance(), allowAll(9, 3), [0, 1, 8], { ...options, seed: 1 });
    expect(found).toEqual({ dropped: [3, 4, 5], damage: 2 });
  });

  it('is the same for the same seed', async () => {
    const runs = [7, 7, 8].map(async (seed) => {
      const judge = judgeByDistance();
      await evolveSet(judge, allowAll(9, 3), [0, 1, 8], { ...options, generations: 3, seed });
      return [...judge.asked.keys()];
    });
    const [first, second, other] = await Promise.all(runs);
    expect(second).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it('keeps its parent where all offspring does more damage', async () => {
    const judge = makeJudge((set) => (set.join() === '1,2' ? 0 : 1));
    const found = await evolveSet(judge, allowAll(6, 2), [1, 2], { ...options, seed: 3 });
    expect(found).toEqual({ dropped: [1, 2], damage: 0 });
  });

  it('tries different sets alone in a generation, and not the parent, as many as there are', async () => {
    const asked: (readonly string[])[] = [];
    const judge = judgeByDistance();
    const watched: Judge = {
      windows: judge.windows,
      measure(candidates, windows) {
        if (windows === 1) asked.push(candidates.map(({ set }) => nameSet(set)));
        return judge.measure(candidates, windows);
      },
    };
    const start = [4, 5];
    await evolveSet(watched, allowAll(9, 2), start, { ...options, generations: 5, seed: 1 });
    await evolveSet(watched, allowAll(4, 2), [0, 3], { ...options, generations: 1, seed: 1 });
    // of four blocks there are six pairs
    expect(asked.map(({ length }) => length)).toEqual([8, 8, 8, 8, 8, 5]);
    for (const names of asked) expect(new Set(names).size).toBe(names.length);
    // the start is the best there is, and so the parent of all generations
    for (const names of asked.slice(0, 5)) expect(names).not.toContain(nameSet(start));
  });

  it('makes no set that may not be dropped, and stays where it is if there is no other', async () => {
    const judge = judgeByDistance();
    const problem = { ...allowAll(6, 2), mayDrop: (set: readonly number[]) => set.join() === '0,5' };
    const found = await evolveSet(judge, problem, [0, 5], { ...options, generations: 2, seed: 3 });
    expect(found.dropped).toEqual([0, 5]);
    expect([...judge.asked.keys()]).toEqual(['0,5']);
  });
});

import { exchangeBlocks, measureAll } from '../../../../src/select/index.js';
import { allowAll, makeJudge } from './fakeJudge.js';

const options = { coming: Infinity, tried: 4, rungs: measureAll(1), rounds: 9 };

describe('Exchanging blocks', () => {
  it('mends a set until no exchange does less damage', async () => {
    const judge = makeJudge((set) => set.reduce((sum, block) => sum + Math.abs(block - 4), 0));
    const mended = await exchangeBlocks(judge, allowAll(9, 3), { dropped: [0, 1, 8], damage: 11 }, options);
    expect(mended).toEqual({ dropped: [3, 4, 5], damage: 2 });
  });

  it('leaves a set as it is where every exchange does more damage, or as much', async () => {
    const judge = makeJudge(() => 1);
    const step = { dropped: [2, 3], damage: 1 };
    expect(await exchangeBlocks(judge, allowAll(6, 2), step, options)).toBe(step);
  });

  it('makes no set that may not be dropped', async () => {
    const judge = makeJudge((set) => -set.reduce((sum, block) => sum + block, 0));
    const problem = { ...allowAll(6, 2), mayDrop: (set: readonly number[]) => !set.includes(5) };
    const mended = await exchangeBlocks(judge, problem, { dropped: [0, 1], damage: -1 }, options);
    expect(mended.dropped).toEqual([3, 4]);
  });

  it('tries no more exchanges than it is to, those that promise most', async () => {
    const judge = makeJudge((set) => set.reduce((sum, block) => sum + block, 0));
    await exchangeBlocks(
      judge,
      allowAll(9, 3),
      { dropped: [6, 7, 8], damage: 21 },
      { ...options, rounds: 1 },
    );
    const triples = [...judge.asked.keys()].filter((name) => name.split(',').length === 3);
    expect(triples).toEqual(['0,6,7', '0,6,8', '1,6,7', '0,7,8']);
  });
});

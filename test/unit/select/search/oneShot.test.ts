import { measureSingles } from '../../../../src/select/index.js';
import { makeJudge } from './fakeJudge.js';

describe('The damage of single blocks', () => {
  it('is told apart by windows', async () => {
    const judge = makeJudge(([block = NaN], window) => 10 * block + window, 3);
    const found = await measureSingles(judge, 2);
    expect(found).toEqual([
      [0, 10],
      [1, 11],
      [2, 12],
    ]);
  });

  it('is infinite from the window on in which it was', async () => {
    const judge = makeJudge(([block], window) => (block === 1 && window === 1 ? Infinity : 1), 3);
    expect(await measureSingles(judge, 2)).toEqual([
      [1, 1],
      [1, Infinity],
      [1, Infinity],
    ]);
  });
});

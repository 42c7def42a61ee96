import { searchBlocks } from '../../../../src/run/search/searchBlocks.js';
import type { OpenSearch } from '../../../../src/run/search/openSearch.js';
import { wholeBlocks } from '../../../../src/run/search/units.js';

/** A search that drops 0, then 0 and 1, …, at a damage of its number of blocks, which mending halves. */
function makeSearch(): OpenSearch {
  const steps = async function* () {
    for (let count = 1; count < 5; count++) {
      const dropped = Array.from({ length: count }, (_, block) => block);
      yield await Promise.resolve({ dropped, damage: count });
    }
  };
  return {
    unit: 'block',
    units: wholeBlocks(6),
    begin: () => ({
      steps: steps(),
      mend: ({ dropped, damage }: { dropped: readonly number[]; damage: number }) =>
        Promise.resolve({ dropped, damage: damage / 2 }),
    }),
    close: () => Promise.resolve({}),
  } as unknown as OpenSearch;
}

const goal = { weight: 3, start: undefined, propose: undefined };

describe('What a search finds', () => {
  it('is the set of the size that was asked for, mended', async () => {
    const { dropped, curve } = await searchBlocks(makeSearch(), goal);
    expect(dropped).toEqual([0, 1, 2]);
    expect(curve.map(({ damage }) => damage)).toEqual([1, 2, 1.5]);
  });

  it('is that of a smaller size where that is settled by what the sizes do', async () => {
    const { dropped, curve } = await searchBlocks(makeSearch(), goal, (found) => {
      expect(found.map(({ damage }) => damage)).toEqual([1, 2, 3]);
      return Promise.resolve(2);
    });
    expect(dropped).toEqual([0, 1]);
    expect(curve.map(({ damage }) => damage)).toEqual([1, 1, 3]);
  });

  it('is refused where no such size was found', async () => {
    await expect(searchBlocks(makeSearch(), { ...goal, weight: 5 })).rejects.toMatchObject({
      code: 'DROP_REFUSED',
      message: 'The search found no 5 blocks that can be dropped together.',
    });
  });
});

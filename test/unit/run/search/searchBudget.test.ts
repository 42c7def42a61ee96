import type { Budget, DropFigures } from '../../../../src/select/index.js';
import { chooseWithinBudget } from '../../../../src/run/search/searchBudget.js';
import { wholeBlocks } from '../../../../src/run/search/units.js';

const range = (length: number) => Array.from({ length }, (_, i) => i);

/** Chooses among drops of the first blocks, of which so many can go. */
function choose(budget: Budget, measure: (blocks: number) => Partial<DropFigures>) {
  const steps = async function* () {
    for (let blocks = 1; blocks <= 4; blocks++) {
      yield await Promise.resolve({ dropped: range(blocks), damage: blocks });
    }
  };
  const figures = { bytes: 100, speedup: null, perplexityIncrease: 0, kl: 0 };
  return chooseWithinBudget(
    budget,
    steps(),
    ({ dropped }) => Promise.resolve({ ...figures, ...measure(dropped.length) }),
    wholeBlocks(5),
  );
}

describe('A choice within a budget', () => {
  it('is the last one of which a finite loss comes out', async () => {
    const found = await choose({ maxKl: 9 }, (blocks) =>
      blocks < 3 ? { kl: blocks } : { kl: NaN, perplexityIncrease: NaN },
    );
    expect(found.dropped).toEqual([0, 1]);
    expect(found.curve.map(({ figures }) => figures?.kl)).toEqual([1, 2, null]);
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  it('is refused with that reason where the size asks for more', async () => {
    const found = choose({ maxBytes: 96 }, (blocks) =>
      blocks < 3 ? { bytes: 100 - blocks } : { bytes: 97, perplexityIncrease: NaN, kl: NaN },
    );
    await expect(found).rejects.toMatchObject({
      code: 'BUDGET',
      message: expect.stringContaining('without 3 blocks the model computes no usable output') as string,
    });
  });
});

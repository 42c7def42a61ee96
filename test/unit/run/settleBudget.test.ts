import { readHeader } from '../../../src/gguf/index.js';
import { describeModel } from '../../../src/model/index.js';
import { planDrop } from '../../../src/rewrite/index.js';
import { chooseSmallest } from '../../../src/run/budgetReach.js';
import type { Choosable } from '../../../src/run/choose.js';
import { settleAmount } from '../../../src/run/chooseBlocks.js';
import type { Budget } from '../../../src/select/index.js';
import { buildGguf, tinyLlama, value, writeTemp } from '../../fixtures/buildGguf.js';
import { dropBlocks } from '../../fixtures/dropBlocks.js';
import { readKeyedModel } from '../../fixtures/keyedModel.js';

type Options = Parameters<typeof settleAmount>[2];

async function makeTiny(): Promise<Choosable> {
  const header = await readHeader(writeTemp(buildGguf(tinyLlama({ blocks: 5 })), 'tiny.gguf'));
  return { header, description: describeModel(header) };
}

async function makeModel(...keyed: Parameters<typeof readKeyedModel>): Promise<Choosable> {
  const header = await readKeyedModel(...keyed);
  return { header, description: describeModel(header) };
}

const settle = (model: Choosable, budget: Budget, options: Options = {}) =>
  settleAmount({ budget }, model, options);

const refused = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error;

const units = ['block', 'attention', 'both'] as const;

describe('A budget', () => {
  it.each(units)('that the model is within as it is is refused before any work (%s)', async (unit) => {
    const model = await makeTiny();
    expect(() => settle(model, { maxBytes: model.header.fileBytes }, { unit })).toThrow(
      refused(
        'BUDGET',
        /^tiny\.gguf is within the budget as it is: it has .* MB.*There is nothing to drop\.$/,
      ),
    );
    expect(() => settle(model, { minSpeedup: 1 }, { unit })).toThrow(refused('BUDGET', /nothing to drop/));
    // what is to be faster, too, is not yet reached; and a cost is no demand
    expect(() => settle(model, { maxBytes: 1e9, minSpeedup: 1.1 }, { unit })).not.toThrow();
    expect(() => settle(model, { maxKl: 0 }, { unit })).not.toThrow();
  });

  it.each([
    ['block', 'without 4 blocks'],
    ['attention', 'without the attention of 4 blocks'],
    ['both', 'without 4 blocks'],
  ] as const)('that no drop is within is refused before any work (%s)', async (unit, most) => {
    const model = await makeTiny();
    expect(() => settle(model, { maxBytes: 5000 }, { unit })).toThrow(
      refused(
        'BUDGET',
        new RegExp(`^No drop is within the budget: ${most}, the most that can go, the file still`),
      ),
    );
  });

  it('that the smallest file is just within is not', async () => {
    const model = await makeTiny();
    const { fileBytes } = planDrop(model.header, model.description, dropBlocks([0, 1, 2, 3]), []);
    expect(() => settle(model, { maxBytes: fileBytes })).not.toThrow();
    expect(() => settle(model, { maxBytes: fileBytes - 1 })).toThrow(refused('BUDGET', /the file still has/));
  });

  it('is held against what the metric lets go, unless a search does not ask it', async () => {
    const model = await makeModel('llama', 8);
    const { fileBytes } = planDrop(model.header, model.description, dropBlocks([4, 5]), []);
    const metric = { metric: 'magnitude' } as const;
    expect(() => settle(model, { maxBytes: fileBytes }, metric)).not.toThrow();
    expect(() => settle(model, { maxBytes: fileBytes - 1 }, metric)).toThrow(
      refused('BUDGET', /without 2 blocks/),
    );
    expect(() => settle(model, { maxBytes: fileBytes - 1 }, { ...metric, search: 'auto' })).not.toThrow();
  });

  it('of a model that can spare no block is refused with the reason', async () => {
    const looped = await makeModel('nanbeige', 4, { num_loops: value.uint32(2) });
    expect(() => settle(looped, { maxKl: 1 })).toThrow(
      refused('DROP_REFUSED', /num_loops.*None can be dropped\.$/),
    );
    const short = await makeModel('llama', 6);
    expect(() => settle(short, { maxKl: 1 }, { metric: 'taylor' })).toThrow(
      refused('DROP_REFUSED', /first 4 and the last 2 of 6 blocks stay.*Choose another --metric\.$/),
    );
  });
});

describe('The drop that leaves the smallest file', () => {
  it('is of the largest blocks that can go together', async () => {
    // later blocks are larger
    expect(chooseSmallest(await makeModel('llama', 4))).toEqual([1, 2, 3]);
    expect(chooseSmallest(await makeModel('rwkv7', 4))).toEqual([1, 2, 3]);
    expect(chooseSmallest(await makeModel('llama', 9), { metric: 'magnitude' })).toEqual([4, 5, 6]);
    expect(chooseSmallest(await makeModel('llama', 4), { metric: 'best-span' })).toEqual([1, 2, 3]);
    expect(chooseSmallest(await makeModel('nanbeige', 4, { num_loops: value.uint32(2) }))).toEqual([]);
  });
});

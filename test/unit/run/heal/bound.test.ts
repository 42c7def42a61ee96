import { readHeader } from '../../../../src/gguf/index.js';
import type { HealingName } from '../../../../src/heal/index.js';
import { describeModel, type Drop } from '../../../../src/model/index.js';
import { planDrop, type Repairs } from '../../../../src/rewrite/index.js';
import { boundRepairs } from '../../../../src/run/heal/bound.js';
import { findHealType } from '../../../../src/run/heal/weights.js';
import { buildGguf, tinyLlama, writeTemp } from '../../../fixtures/buildGguf.js';
import { dropBlocks } from '../../../fixtures/dropBlocks.js';

/** Bytes of the file without a drop that is healed at most, and of that which is not healed. */
async function measure(drop: Drop, methods: readonly HealingName[], type?: string) {
  const header = await readHeader(writeTemp(buildGguf(tinyLlama({ blocks: 6 }))));
  const model = { header, description: describeModel(header) };
  const repairs = boundRepairs(model, drop, methods, findHealType(type));
  const count = (some?: Repairs) => planDrop(header, model.description, drop, [], undefined, some).fileBytes;
  return { repairs, unhealed: count(), most: count(repairs), count };
}

describe('The most that healing may add', () => {
  it('is nothing where matrices keep their type, or get a smaller one', async () => {
    for (const type of [undefined, 'Q4_0']) {
      const { repairs, unhealed, most } = await measure(dropBlocks([2]), ['reconstruct'], type);
      expect(repairs.refitted).toEqual([]);
      expect(most).toBe(unhealed);
    }
  });

  it('is what all matrices that are refitted grow by in a larger type', async () => {
    const { repairs, unhealed, most } = await measure(dropBlocks([2]), ['reconstruct'], 'F16');
    const blocks = [1, 3, 4, 5];
    expect(repairs.refitted.map(({ name }) => name)).toEqual(
      blocks.map((block) => `blk.${block}.ffn_down.weight`),
    );
    const [f16, q4] = [96 * 64 * 2, (96 * 64 * 18) / 32];
    expect(most - unhealed).toBe(blocks.length * (f16 - q4));
  });

  it('is a map for each gap, and no less than with some of them', async () => {
    const { repairs, unhealed, most, count } = await measure(dropBlocks([1, 2, 4]), ['reconstruct', 'patch']);
    expect(repairs.patches.map(({ block }) => block)).toEqual([1, 4]);
    const [patch] = repairs.patches;
    expect(most).toBeGreaterThan(count({ refitted: [], patches: patch === undefined ? [] : [patch] }));
    expect(most - unhealed).toBeGreaterThan(2 * ((64 * 64 * 34) / 32));
  });

  it('is nothing where nothing is healed', async () => {
    const attention = { dropped: [], droppedAttention: [3] };
    expect((await measure(attention, ['linear'])).repairs).toEqual({ refitted: [], patches: [] });
    expect((await measure(dropBlocks([2]), [], 'F16')).repairs).toEqual({ refitted: [], patches: [] });
  });
});

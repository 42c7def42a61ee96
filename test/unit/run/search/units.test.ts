import { readHeader } from '../../../../src/gguf/index.js';
import { describeModel } from '../../../../src/model/index.js';
import { describeUnitProblem } from '../../../../src/run/search/problem.js';
import { countBlocks, planPasses } from '../../../../src/run/search/passes.js';
import { listUnits, type UnitName } from '../../../../src/run/search/units.js';
import { buildGguf, tinyLlama, writeTemp } from '../../../fixtures/buildGguf.js';

async function describeTiny(name: UnitName, weight: number) {
  const header = await readHeader(writeTemp(buildGguf(tinyLlama({ blocks: 4 }))));
  const model = { header, description: describeModel(header) };
  const units = listUnits(name, model.description);
  return { units, problem: describeUnitProblem(model, units, weight) };
}

describe('Units', () => {
  it('of either kind are the attention and the whole of each block, in order of depth', async () => {
    const { units } = await describeTiny('both', 2);
    expect(units.count).toBe(8);
    expect(units.toDrop([1, 4, 6])).toEqual({ dropped: [0], droppedAttention: [2, 3] });
    expect([0, 1, 2, 7].map(units.blockOf)).toEqual([0, 0, 1, 3]);
    expect(units.add([2, 4], 3)).toEqual([3, 4]);
  });

  it('weigh as a share of an average block', async () => {
    const { units } = await describeTiny('both', 2);
    const attention = units.weigh([4]);
    // of a tiny llama: 12,288 of 30,720 weights, and a norm each
    expect(attention).toBeCloseTo(0.4, 1);
    expect(units.weigh([1, 4])).toBe(1 + attention);
    expect(units.weigh([2, 4, 7])).toBe(units.weigh([3, 4, 6]));
  });

  it('are not dropped both of one block, nor the attention of the block that comes first', async () => {
    const { problem } = await describeTiny('both', 3);
    const allowed = (set: readonly number[]) => [problem.mayDrop(set), problem.canLeadOn(set)];
    expect(allowed([2])).toEqual([true, true]);
    expect(allowed([0])).toEqual([false, false]);
    expect(allowed([1, 2])).toEqual([false, false]);
    expect(allowed([1, 4])).toEqual([true, true]);
    expect(allowed([4, 5])).toEqual([false, false]);
    expect(allowed([1, 3, 5, 7])).toEqual([false, false]);
    expect(allowed([3, 5, 6, 7])).toEqual([false, false]);
  });

  it('lead on as far as they weigh no more than is asked for', async () => {
    const { problem } = await describeTiny('attention', 2);
    expect(problem.canLeadOn([1, 3])).toBe(true);
    expect(problem.canLeadOn([1, 2, 3])).toBe(false);
    expect(problem.canLeadOn([0])).toBe(false);
  });

  it('begin passes at the block that they are of', async () => {
    const { units } = await describeTiny('both', 2);
    const passes = planPasses([{ set: [4, 7], base: [4] }], [4], units);
    expect(passes).toEqual([{ set: [4, 7], firstBlock: 3, keepInputs: false }]);
    expect(countBlocks({ set: [2, 5], firstBlock: 1, keepInputs: false }, units)).toBe(2);
  });
});

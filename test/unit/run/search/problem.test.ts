import fc from 'fast-check';
import { describeModel, explainRefusal, findConstraints } from '../../../../src/model/index.js';
import type { Choosable } from '../../../../src/run/choose.js';
import { describeProblem } from '../../../../src/run/search/problem.js';
import { evolveSet, type UnitSet } from '../../../../src/select/index.js';
import { value, type TypedValue } from '../../../fixtures/buildGguf.js';
import { readKeyedModel } from '../../../fixtures/keyedModel.js';
import { makeJudge } from '../../select/search/fakeJudge.js';

type Keys = Readonly<Record<string, TypedValue>>;

async function makeModel(architecture: string, blocks: number, keys: Keys = {}): Promise<Choosable> {
  const header = await readKeyedModel(architecture, blocks, keys);
  return { header, description: describeModel(header) };
}

const ownValues = { 'attention.shared_kv_layers': value.uint32(3) };
const deepstack = { n_deepstack_layers: value.uint32(3) };

/** Models whose blocks must stay, keep their places, or be of a number. */
const models: readonly (readonly [string, number, Keys])[] = [
  ['llama', 6, {}],
  ['rwkv7', 6, {}],
  ['gemma3n', 24, {}],
  ['gemma4', 8, ownValues],
  ['qwen3vl', 8, deepstack],
  ['smollm3', 8, {}],
  ['exaone4', 66, {}],
];

describe('What a search may choose from', () => {
  it.each(models)('is what the format allows (%s)', async (architecture, blocks, keys) => {
    const model = await makeModel(architecture, blocks, keys);
    const problem = describeProblem(model, undefined);
    const constraints = findConstraints(model.header, architecture, blocks);
    const all = Array.from({ length: blocks }, (_, block) => block);
    fc.assert(
      fc.property(fc.subarray(all, { minLength: 1, maxLength: blocks - 1 }), (set) => {
        const kept = all.filter((block) => !set.includes(block));
        expect([set, problem.mayDrop(set)]).toEqual([set, explainRefusal(constraints, kept) === undefined]);
        if (problem.mayDrop(set)) expect(problem.canLeadOn(set)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('has what is asked for at the end of whatever can lead on to it', async () => {
    const problem = describeProblem(await makeModel('smollm3', 12), 4);
    expect(problem.canLeadOn([5])).toBe(true);
    expect(problem.mayDrop([5])).toBe(false);
    expect(problem.canLeadOn([5, 6])).toBe(true);
    expect(problem.canLeadOn([3, 7])).toBe(false);
    expect(problem.canLeadOn([0, 1, 2, 3, 4])).toBe(false);
  });

  it.each([
    ['rwkv7', 6, {}, [1, 2], [0]],
    ['gemma4', 8, ownValues, [0, 1], [3, 4]],
    ['qwen3vl', 8, deepstack, [6, 7], [0, 1, 2]],
  ] as const)(
    'keeps evolution from blocks that must stay (%s)',
    async (architecture, blocks, keys, start, stay) => {
      const judge = makeJudge((set: UnitSet) =>
        set.reduce((sum, block) => sum + (stay.includes(block as never) ? -9 : 1), 0),
      );
      const problem = describeProblem(await makeModel(architecture, blocks, keys), 2);
      const rungs = [{ windows: 4, keep: 1 }];
      const found = await evolveSet(judge, problem, start, { seed: 1, generations: 9, offspring: 8, rungs });
      for (const block of stay) expect(found.dropped).not.toContain(block);
    },
  );
});

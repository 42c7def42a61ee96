import fc from 'fast-check';
import { describeModel, explainRefusal, findConstraints } from '../../../../src/model/index.js';
import { chooseDroppable, listDrops, rankAlike, type Choosable } from '../../../../src/run/choose.js';
import { describeProblem } from '../../../../src/run/search/problem.js';
import { evolveSet, searches, searchNames, type Search, type UnitSet } from '../../../../src/select/index.js';
import { value, type TypedValue } from '../../../fixtures/buildGguf.js';
import { readKeyedModel } from '../../../fixtures/keyedModel.js';
import { collect, makeJudge } from '../../select/search/fakeJudge.js';

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

describe('A search for any number of blocks', () => {
  const growing = searchNames.filter((name) => searches[name].growsSizes);
  const patterned: readonly (readonly [string, number, Keys])[] = [
    ['smollm3', 12, {}],
    ['rwkv7', 6, {}],
    ['rwkv6', 9, { rescale_every_n_layers: value.uint32(3) }],
    ['exaone4', 66, {}],
  ];
  const cases = patterned.flatMap((model) => growing.map((name) => [name, ...model] as const));
  const settings = { seed: 1, start: undefined };
  // the last blocks, which can go alone, do most
  const harm = (set: UnitSet) => set.reduce((sum, block) => sum + 1 + block ** 2 + ((7 * block) % 5), 0);

  it.each(cases)('%s finds a set of each that is possible (%s, %i blocks)', async (name, ...described) => {
    const model = await makeModel(...described);
    const problem = describeProblem(model, undefined);
    const steps = await collect(searches[name].find(makeJudge(harm), problem, settings));
    const possible = listDrops(model, rankAlike({}, model.description.trunk));
    expect(steps.map(({ dropped }) => dropped.length)).toEqual(possible.map(({ length }) => length));
    for (const { dropped, damage } of steps)
      expect([problem.mayDrop(dropped), damage]).toEqual([true, harm(dropped)]);
  });

  it('takes the best of those that may be dropped, and goes on with the best of those that lead on', async () => {
    const problem = describeProblem(await makeModel('smollm3', 12), undefined);
    const judge = makeJudge(harm);
    const steps = await collect(searches.greedy.find(judge, problem, settings));
    expect(steps[0]?.dropped).toEqual([11]);
    // they do least, though none of them can go alone
    expect(steps[3]?.dropped).toEqual([0, 1, 2, 3]);
  });

  it('in one shot takes what the metric of the same damage would', async () => {
    const model = await makeModel('smollm3', 12);
    const oneShot: Search = searches['one-shot'];
    const steps = await collect(oneShot.find(makeJudge(harm), describeProblem(model, undefined), settings));
    const scores = Array.from({ length: 12 }, (_, block) => harm([block]));
    for (const { dropped } of steps) {
      expect(dropped).toEqual(chooseDroppable(model, { scores }, dropped.length));
    }
  });
});

import { describeModel } from '../../../src/model/index.js';
import { rehearseChoice, chooseDroppable, type Choosable } from '../../../src/run/choose.js';
import { value, type TypedValue } from '../../fixtures/buildGguf.js';
import { readKeyedModel } from '../../fixtures/keyedModel.js';

async function makeModel(
  architecture: string,
  blocks: number,
  keys: Readonly<Record<string, TypedValue>> = {},
): Promise<Choosable> {
  const header = await readKeyedModel(architecture, blocks, keys);
  return { header, description: describeModel(header) };
}

const ascending = (length: number) => Array.from({ length }, (_, block) => block);
const window = { 'attention.sliding_window': value.uint32(512) };

describe('Blocks are chosen', () => {
  it('by their scores alone where the architecture minds none of it', async () => {
    expect(chooseDroppable(await makeModel('llama', 6), { scores: [3, 0, 2, 1, 5, 4] }, 2)).toEqual([1, 3]);
  });

  it('but not those that have to stay', async () => {
    expect(chooseDroppable(await makeModel('rwkv7', 4), { scores: ascending(4) }, 2)).toEqual([1, 2]);
  });

  it('so that each keeps its rotary positions, at the lowest sum of scores', async () => {
    expect(chooseDroppable(await makeModel('smollm3', 12), { scores: ascending(12) }, 4)).toEqual([
      0, 1, 2, 3,
    ]);
    expect(chooseDroppable(await makeModel('smollm3', 12), { scores: ascending(12) }, 1)).toEqual([11]);
  });

  it('among those that a token passes through alone', async () => {
    const model = await makeModel('glm4moe', 6, { nextn_predict_layers: value.uint32(2) });
    expect(chooseDroppable(model, { scores: [4, 3, 2, 1] }, 1)).toEqual([3]);
  });

  it('so that older runtimes read the same, where that is asked for', async () => {
    const model = await makeModel('gemma3', 12, window);
    const scores = [9, 0, 9, 9, 9, 9, 9, 9, 9, 9, 9, 1];
    expect(chooseDroppable(model, { scores }, 1)).toEqual([1]);
    expect(chooseDroppable(model, { scores }, 1, { portable: true })).toEqual([11]);
  });
});

describe('Blocks that go as one run', () => {
  /** The further from the middle of the model, the higher. */
  const rankRuns = (blocks: number) => ({
    scores: ascending(blocks),
    runs: ascending(blocks + 1).map((first) =>
      ascending(blocks + 1).map((end) => Math.abs(first + end - blocks)),
    ),
  });

  it('are those of the lowest score, whatever the blocks score alone', async () => {
    expect(chooseDroppable(await makeModel('llama', 8), rankRuns(8), 2)).toEqual([3, 4]);
  });

  it('are chosen among the runs that the architecture allows', async () => {
    const model = await makeModel('smollm3', 12);
    expect(chooseDroppable(model, rankRuns(12), 4)).toEqual([4, 5, 6, 7]);
    expect(chooseDroppable(model, rankRuns(12), 1)).toEqual([11]);
  });

  it('are refused with the reason where no run may go', async () => {
    const model = await makeModel('rwkv7', 4);
    expect(() => chooseDroppable(model, rankRuns(4), 4)).toThrow(
      /the metric drops blocks in a row; 0 must stay/,
    );
    expect(chooseDroppable(model, rankRuns(4), 3)).toEqual([1, 2, 3]);
  });
});

describe('A metric that keeps the outer blocks', () => {
  const rank = (blocks: number) => ({ scores: ascending(blocks), keptEnds: { first: 4, last: 2 } });

  it('drops the lowest of those between', async () => {
    expect(chooseDroppable(await makeModel('llama', 12), rank(12), 2)).toEqual([4, 5]);
  });

  it.each([
    [8, 3, /first 4 and the last 2 of 8 blocks stay\. Numbers of blocks that can be dropped: 1-2\./],
    [6, 1, /first 4 and the last 2 of 6 blocks stay\. None can be dropped\. Choose another --metric\./],
    [2, 1, /first 4 and the last 2 of 2 blocks stay\. None can be dropped\. Choose another --metric\./],
  ])(
    'is refused before it is measured for a model of %i blocks of which %i are to go',
    async (blocks, count, why) => {
      const model = await makeModel('llama', blocks);
      expect(() => rehearseChoice(model, count, { metric: 'magnitude' })).toThrow(why);
      expect(() => chooseDroppable(model, rank(blocks), count)).toThrow(why);
    },
  );
});

describe('A number of blocks that no choice could meet', () => {
  const refused = (message: RegExp) =>
    expect.objectContaining({
      code: 'DROP_REFUSED',
      message: expect.stringMatching(message) as string,
    }) as Error;

  it('is refused with the reason and the numbers that can be met', async () => {
    const model = await makeModel('rwkv7', 4);
    expect(() => {
      rehearseChoice(model, 4);
    }).toThrow(refused(/^No 4 blocks of model\.gguf can be dropped together: 0 must stay, .*: 1-3\.$/s));
  });

  it('is refused where the number itself has a meaning to llama.cpp', async () => {
    const model = await makeModel('exaone4', 66);
    expect(() => {
      rehearseChoice(model, 2);
    }).toThrow(
      refused(/sliding windows .* exactly 64 blocks.*Numbers of blocks that can be dropped: 1,3-65\.$/s),
    );
  });

  it('is refused for a model of which none can be dropped', async () => {
    const model = await makeModel('nanbeige', 4, { num_loops: value.uint32(2) });
    expect(() => {
      rehearseChoice(model, 1);
    }).toThrow(refused(/None can be dropped\.$/));
  });
});

import { explainRefusal, findConstraints, repairMetadata } from '../../../src/model/index.js';
import { value, type TypedValue } from '../../fixtures/buildGguf.js';
import { readKeyedModel } from '../../fixtures/keyedModel.js';

/** Why a drop is refused; undefined when it is not. */
async function refuse(
  architecture: string,
  blocks: number,
  dropped: readonly number[],
  keys: Readonly<Record<string, TypedValue>> = {},
  portable = false,
): Promise<string | undefined> {
  const header = await readKeyedModel(architecture, blocks, keys);
  const kept = Array.from({ length: blocks }, (_, block) => block).filter(
    (block) => !dropped.includes(block),
  );
  return explainRefusal(findConstraints(header, architecture, blocks, { portable }), kept);
}

const uint32s = (...items: readonly number[]) => value.array(4, items.map(value.uint32));

describe('A drop is refused', () => {
  it.each<readonly [string, string, number, readonly number[], Readonly<Record<string, TypedValue>>, RegExp]>(
    [
      [
        'of the block whose values all others mix in',
        'rwkv7',
        6,
        [0],
        {},
        /block 0 cannot be dropped: .* values/,
      ],
      [
        'of one that takes rotary positions from another',
        'smollm3',
        8,
        [2],
        {},
        /block 3 would become block 2, .* rotary positions/,
      ],
      [
        'that moves experts between blocks',
        'llama4',
        8,
        [0],
        { interleave_moe_layer_step: value.uint32(2), 'attention.sliding_window': value.uint32(0) },
        /experts/,
      ],
      [
        'across a rescaling of weights',
        'rwkv6',
        12,
        [2],
        { rescale_every_n_layers: value.uint32(6) },
        /block 6 would become block 5, .* power of two/,
      ],
      [
        'that leaves a number of blocks with another meaning',
        'baichuan',
        40,
        [1],
        {},
        /to leave 39: .* positions are rotary or ALiBi/,
      ],
      ['that arrives at one', 'exaone4', 65, [1], {}, /to leave 64: .* sliding windows/],
      ['that arrives at a "lite" model', 'deepseek2', 28, [1], {}, /to leave 27: .* low rank/],
      [
        'of blocks whose keys and values others use',
        'gemma4',
        12,
        [4],
        { 'attention.shared_kv_layers': value.uint32(7) },
        /block 4 cannot be dropped: later blocks use their keys and values/,
      ],
      ['of the first 20 blocks of gemma3n', 'gemma3n', 25, [19], {}, /block 19 cannot be dropped/],
      [
        'of a block where pictures enter',
        'qwen3vl',
        8,
        [1],
        { n_deepstack_layers: value.uint32(2) },
        /block 1 cannot be dropped: a picture's features/,
      ],
      [
        'of a block where pictures enter by an array',
        'granite',
        4,
        [2],
        { deepstack_mapping: value.array(5, [-1, -1, 0, -1].map(value.int32)) },
        /block 2 cannot be dropped/,
      ],
      [
        'of an indexer that others use',
        'glm-dsa',
        4,
        [2],
        { 'attention.indexer.types': uint32s(1, 1, 1, 0) },
        /block 2 cannot be dropped: .* indexer/,
      ],
      [
        'of all recurrent blocks',
        'lfm2',
        4,
        [0, 2],
        { 'attention.head_count_kv': uint32s(0, 8, 0, 8) },
        /no recurrent block would be left \(2 blocks now\)/,
      ],
      [
        'of all attention blocks',
        'lfm2',
        4,
        [1, 3],
        { 'attention.head_count_kv': uint32s(0, 8, 0, 8) },
        /no attention block would be left/,
      ],
      [
        'that puts a block without heads first',
        'jamba',
        4,
        [0],
        { 'attention.head_count': uint32s(4, 0, 4, 0) },
        /block 1 would become block 0, .* size of attention heads/,
      ],
      [
        'of some of the blocks that predict further tokens',
        'glm4moe',
        8,
        [7],
        { nextn_predict_layers: value.uint32(2) },
        /blocks 6 to 7 predict further tokens/,
      ],
      [
        'of all blocks that predict the next token',
        'glm4moe',
        3,
        [0, 1],
        { nextn_predict_layers: value.uint32(1) },
        /no block would be left/,
      ],
      [
        'that puts a block with a window first where full attention rotates fewer dimensions',
        'laguna',
        8,
        [0],
        {
          'attention.sliding_window': value.uint32(512),
          'rope.dimension_count': value.uint32(64),
          'rope.dimension_count_swa': value.uint32(128),
        },
        /block 1 would become block 0, .* rotates/,
      ],
      [
        'that puts a block with other heads first where no key has their size',
        'openelm',
        3,
        [0],
        { 'attention.head_count': uint32s(12, 16, 12) },
        /block 1 would become block 0, .* size of attention heads/,
      ],
      [
        'that puts a block first where pictures enter, for llama.cpp does not look there',
        'granite',
        4,
        [0],
        { deepstack_mapping: value.array(5, [-1, 0, -1, -1].map(value.int32)) },
        /block 1 would become block 0/,
      ],
      [
        'of all full blocks where llama.cpp cannot do without',
        'gemma4',
        4,
        [3],
        { 'attention.sliding_window_pattern': value.array(7, [1, 1, 1, 0].map(value.bool)) },
        /no full block would be left/,
      ],
      [
        'of all blocks after the dense ones',
        'minimax-m3',
        4,
        [2, 3],
        { leading_dense_block_count: value.uint32(2) },
        /no block after the dense ones would be left/,
      ],
      ['of looped blocks', 'nanbeige', 4, [0], { num_loops: value.uint32(2) }, /more than once/],
    ],
  )('%s', async (_, architecture, blocks, dropped, keys, reason) => {
    expect(await refuse(architecture, blocks, dropped, keys)).toMatch(reason);
  });
});

describe('A drop is allowed', () => {
  it.each<readonly [string, string, number, readonly number[], Readonly<Record<string, TypedValue>>]>([
    ['of four blocks in a row where every fourth has no rotary positions', 'smollm3', 12, [2, 3, 4, 5], {}],
    ['at the end of such a model', 'smollm3', 12, [10, 11], {}],
    [
      'within the last group of rescaled weights',
      'rwkv6',
      12,
      [7, 9],
      { rescale_every_n_layers: value.uint32(6) },
    ],
    ['without rescaled weights', 'rwkv6', 12, [0], {}],
    [
      'of all blocks that predict further tokens',
      'glm4moe',
      8,
      [6, 7],
      { nextn_predict_layers: value.uint32(2) },
    ],
    [
      'of a block that uses the indexer of another',
      'glm-dsa',
      4,
      [3],
      { 'attention.indexer.types': uint32s(1, 1, 1, 0) },
    ],
    ['that leaves a "lite" model', 'deepseek2', 27, [1, 2], {}],
    [
      'of blocks that use the keys and values of others',
      'gemma4',
      12,
      [6, 11],
      { 'attention.shared_kv_layers': value.uint32(7) },
    ],
  ])('%s', async (_, architecture, blocks, dropped, keys) => {
    expect(await refuse(architecture, blocks, dropped, keys)).toBeUndefined();
  });
});

describe('A portable drop', () => {
  it.each([
    ['gemma3', 18, [2], false],
    ['gemma3', 18, [2, 3, 4, 5, 6, 7], true],
    ['gemma3', 18, [16, 17], true],
    ['gpt-oss', 12, [3], false],
    ['gpt-oss', 12, [3, 4], true],
    ['qwen3next', 12, [1], false],
    ['qwen3next', 12, [1, 2, 3, 4], true],
    ['llama', 12, [1], true],
  ])('of %s with %i blocks without %j is allowed: %s', async (architecture, blocks, dropped, allowed) => {
    const keys = { 'attention.sliding_window': value.uint32(512) };
    const reason = await refuse(architecture, blocks, dropped, keys, true);
    if (allowed) expect(reason).toBeUndefined();
    else expect(reason).toMatch(/by the period that older runtimes know/);
    expect(await refuse(architecture, blocks, dropped, keys)).toBeUndefined();
  });
});

describe('A portable drop of a file that has its pattern as an array', () => {
  it('is refused, for older runtimes do not read the original', async () => {
    const keys = { 'attention.sliding_window_pattern': value.array(7, [1, 0, 1, 0].map(value.bool)) };
    expect(await refuse('gpt-oss', 4, [2, 3], keys, true)).toMatch(/--portable cannot help/);
    expect(await refuse('gpt-oss', 4, [2, 3], keys)).toBeUndefined();
    expect(await refuse('mimo2', 4, [2, 3], keys, true)).toBeUndefined();
  });
});

describe('Blocks that predict further tokens', () => {
  it('do not count where a pattern is to stay as older runtimes read it', async () => {
    const keys = { nextn_predict_layers: value.uint32(1), 'attention.sliding_window': value.uint32(128) };
    expect(await refuse('exaone-moe', 9, [0, 1, 2, 3], keys, true)).toBeUndefined();
    const header = await readKeyedModel('exaone-moe', 9, keys);
    const repaired = repairMetadata(header, 'exaone-moe', 9, [4, 5, 6, 7, 8]);
    expect(repaired.map(({ key }) => key)).not.toContain('exaone-moe.attention.sliding_window_pattern');
  });

  it('are none where the key says so, but llama.cpp looks for their tensors', async () => {
    const keys = { nextn_predict_layers: value.uint32(1) };
    const trunk = async (architecture: string) =>
      findConstraints(await readKeyedModel(architecture, 6, keys), architecture, 6).trunk;
    expect(await trunk('deepseek4')).toBe(6);
    expect(await trunk('deepseek2')).toBe(5);
  });
});

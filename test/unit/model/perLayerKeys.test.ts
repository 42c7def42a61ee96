import { findEntry, getArray, getUint, readHeader, type GgufHeader } from '../../../src/gguf/index.js';
import { repairMetadata } from '../../../src/model/index.js';
import { buildGguf, value, writeTemp, type TypedValue } from '../../fixtures/buildGguf.js';
import { smallModel } from '../../fixtures/smallModel.js';

/** The header of a model after these blocks went. */
async function drop(
  architecture: string,
  blocks: number,
  dropped: readonly number[],
  keys: Readonly<Record<string, TypedValue>>,
): Promise<GgufHeader> {
  const entries = Object.entries(keys).map(([key, typed]) => ({
    key: key.startsWith('xielu') ? key : `${architecture}.${key}`,
    value: typed,
  }));
  const header = await readHeader(writeTemp(buildGguf(smallModel({ architecture, blocks, entries }))));
  const kept = Array.from({ length: blocks }, (_, block) => block).filter(
    (block) => !dropped.includes(block),
  );
  return { ...header, entries: repairMetadata(header, architecture, blocks, kept) };
}

const uint32s = (...items: readonly number[]) => value.array(4, items.map(value.uint32));
const float32s = (...items: readonly number[]) => value.array(6, items.map(value.float32));

describe('What a tool that changes the number of blocks alone gets wrong', () => {
  it('lfm2: which blocks have key-value heads, and so attention', async () => {
    const pruned = await drop('lfm2', 6, [1, 3], { 'attention.head_count_kv': uint32s(0, 0, 8, 0, 8, 0) });
    expect(getArray(pruned, 'lfm2.attention.head_count_kv')?.values).toEqual([0, 8, 8, 0]);
  });

  it.each([
    ['gemma3', 12, [3, 8], [1, 1, 1, 1, 0, 1, 1, 1, 1, 0]],
    ['gpt-oss', 6, [1], [1, 1, 0, 1, 0]],
  ])('%s: which blocks have a sliding window', async (architecture, blocks, dropped, sliding) => {
    const pruned = await drop(architecture, blocks, dropped, {
      'attention.sliding_window': value.uint32(128),
    });
    expect(getArray(pruned, `${architecture}.attention.sliding_window_pattern`)?.values).toEqual(
      sliding.map(Boolean),
    );
  });

  it('deepseek2: how many blocks at the start are dense', async () => {
    const keys = { leading_dense_block_count: value.uint32(3) };
    const count = async (dropped: readonly number[]) =>
      getUint(await drop('deepseek2', 8, dropped, keys), 'deepseek2.leading_dense_block_count');
    expect(await count([0, 2, 5])).toBe(1);
    expect(await count([5])).toBe(3);
    expect(await count([0, 1, 2])).toBe(0);
  });

  it('qwen3next: which blocks have full attention', async () => {
    const keys = { full_attention_interval: value.uint32(4) };
    const pruned = await drop('qwen3next', 8, [1], keys);
    expect(getArray(pruned, 'qwen3next.attention.recurrent_layers')?.values).toEqual(
      [1, 1, 0, 1, 1, 1, 0].map(Boolean),
    );
    expect(findEntry(pruned, 'qwen3next.full_attention_interval')).toBeUndefined();
    const aligned = await drop('qwen3next', 8, [0, 1, 2, 3], keys);
    expect(findEntry(aligned, 'qwen3next.attention.recurrent_layers')).toBeUndefined();
    expect(getUint(aligned, 'qwen3next.full_attention_interval')).toBe(4);
  });

  it('gemma4: how many blocks at the end use the keys and values of others', async () => {
    const keys = { 'attention.shared_kv_layers': value.uint32(7) };
    expect(getUint(await drop('gemma4', 12, [0, 6, 11], keys), 'gemma4.attention.shared_kv_layers')).toBe(5);
  });

  it('gemma3n: that nothing before its shared keys and values can go, and which of the rest have a window', async () => {
    const keys = { 'attention.sliding_window': value.uint32(512) };
    await expect(drop('gemma3n', 30, [19], keys)).rejects.toMatchObject({ code: 'DROP_REFUSED' });
    const pruned = await drop('gemma3n', 30, [20], keys);
    const sliding = getArray(pruned, 'gemma3n.attention.sliding_window_pattern')?.values;
    expect(sliding?.flatMap((isSliding, block) => (isSliding ? [] : [block]))).toEqual([
      4, 9, 14, 19, 23, 28,
    ]);
  });
});

describe('Other keys of one value a block', () => {
  it('that have no prefix are filtered by the blocks that a token passes through', async () => {
    const keys = { 'xielu.alpha_n': float32s(1, 2, 3), 'xielu.eps': value.float32(0.5) };
    const pruned = await drop('apertus', 3, [1], keys);
    expect(getArray(pruned, 'xielu.alpha_n')?.values).toEqual([1, 3]);
    expect(findEntry(pruned, 'xielu.eps')?.type).toBe(6);
  });

  it('that name blocks are renumbered', async () => {
    const keys = { 'ple.layers': uint32s(4), full_attention_interval: value.uint32(4) };
    expect(getArray(await drop('qwen4exp', 8, [1, 2], keys), 'qwen4exp.ple.layers')?.values).toEqual([2]);
  });

  it('that follow from the number of blocks are written down as they were', async () => {
    const { entries } = await drop('minicpm', 40, [7], {});
    const scale = getFloat32(entries, 'minicpm.residual_scale');
    expect(scale).toBeCloseTo(1.4 / Math.sqrt(40), 7);
    const stated = await drop('minicpm', 40, [7], { residual_scale: value.float32(2) });
    expect(getFloat32(stated.entries, 'minicpm.residual_scale')).toBe(2);
  });

  it('mark a "lite" model of deepseek2 by queries of rank 0 once its number of blocks does not', async () => {
    const stated = { 'attention.q_lora_rank': value.uint32(512) };
    expect(getUint(await drop('deepseek2', 27, [5, 6], {}), 'deepseek2.attention.q_lora_rank')).toBe(0);
    expect(getUint(await drop('deepseek2', 27, [5, 6], stated), 'deepseek2.attention.q_lora_rank')).toBe(0);
    expect(
      findEntry(await drop('deepseek2', 61, [5], {}), 'deepseek2.attention.q_lora_rank'),
    ).toBeUndefined();
  });

  it('count the blocks that predict further tokens', async () => {
    const keys = { nextn_predict_layers: value.uint32(1), leading_dense_block_count: value.uint32(1) };
    expect(getUint(await drop('glm4moe', 8, [2], keys), 'glm4moe.nextn_predict_layers')).toBe(1);
    expect(getUint(await drop('glm4moe', 8, [7], keys), 'glm4moe.nextn_predict_layers')).toBe(0);
  });
});

function getFloat32(entries: GgufHeader['entries'], key: string): number | undefined {
  const entry = entries.find((candidate) => candidate.key === key);
  return entry && Buffer.from(entry.bytes).readFloatLE(0);
}

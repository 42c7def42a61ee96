import { decodeValue, findEntry, readHeader } from '../../../src/gguf/index.js';
import { describeModel } from '../../../src/model/index.js';
import { planDrop, type Repairs } from '../../../src/rewrite/index.js';
import { buildGguf, randomBytes, tinyLlama, writeTemp, type FixtureSpec } from '../../fixtures/buildGguf.js';
import { carryOut } from '../../fixtures/carryOut.js';
import { toHex } from '../../fixtures/sameBytes.js';

const MODEL = tinyLlama({ blocks: 5 });
const f32 = 0;
const f16 = 1;

async function heal(spec: FixtureSpec, dropped: readonly number[], repairs: Repairs) {
  const source = await readHeader(writeTemp(buildGguf(spec)));
  const plan = planDrop(
    source,
    describeModel(source),
    { dropped, droppedAttention: [] },
    [],
    undefined,
    repairs,
  );
  const bytes = carryOut(plan);
  const header = await readHeader(writeTemp(bytes));
  const read = (name: string) => {
    const tensor = header.tensors.find((one) => one.name === name);
    const from = header.parts[0].dataOffset + (tensor?.offset ?? NaN);
    return { type: tensor?.type, hex: toHex(bytes.subarray(from, from + (tensor?.bytes ?? NaN))) };
  };
  const decode = (key: string) => {
    const entry = findEntry(header, key);
    return entry && decodeValue(entry);
  };
  return { plan, header, read, decode };
}

const down = MODEL.tensors.find(({ name }) => name === 'blk.3.ffn_down.weight');
const values = (down?.dimensions ?? []).reduce((product, size) => product * size, 1);

describe('A file with repairs', () => {
  it('has refitted matrices under their new names, in their own type, and all else as it was', async () => {
    const bytes = randomBytes(1, 2 * values);
    const refitted = [{ name: 'blk.3.ffn_down.weight', type: f16, bytes }];
    const healed = await heal(MODEL, [1], { refitted, patches: [] });
    const plain = await heal(MODEL, [1], { refitted: [], patches: [] });
    expect(healed.read('blk.2.ffn_down.weight')).toEqual({ type: f16, hex: toHex(bytes) });
    for (const { name } of plain.header.tensors.filter((one) => one.name !== 'blk.2.ffn_down.weight'))
      expect(healed.read(name)).toEqual(plain.read(name));
    expect(healed.plan.kept).toEqual([0, 2, 3, 4]);
  });

  it('has a block for each map that stands for others', async () => {
    const bytes = randomBytes(2, 4 * 64 * 64);
    const patches = [{ block: 1, type: f32, bytes }];
    const { plan, header, read, decode } = await heal(MODEL, [1, 2], { refitted: [], patches });
    expect(plan).toMatchObject({ kept: [0, 3, 4], standing: [0, 1, 3, 4], architecture: 'deci' });
    expect(decode('deci.block_count')).toBe(4);
    expect(decode('deci.attention.head_count')).toEqual([4, 4, 4, 4]);
    expect(decode('deci.attention.head_count_kv')).toEqual([2, 0, 2, 2]);
    expect(decode('deci.feed_forward_length')).toEqual([96, 32, 96, 96]);
    expect(read('blk.1.attn_output.weight')).toEqual({ type: f32, hex: toHex(bytes) });
    expect(read('blk.1.ffn_down.weight').hex).toMatch(/^0+$/);
    const names = header.tensors.filter(({ name }) => name.startsWith('blk.1.')).map(({ name }) => name);
    expect(names).toHaveLength(6);
    expect(names).not.toContain('blk.1.attn_q.weight');
  });

  it('is refused where a map would come first, or the architecture has no such blocks', async () => {
    const patches = [{ block: 0, type: f32, bytes: new Uint8Array(4 * 64 * 64) }];
    await expect(heal(MODEL, [0, 1], { refitted: [], patches })).rejects.toThrow(
      'the block that comes first must be one of the model’s own',
    );
  });
});

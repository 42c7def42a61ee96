import { decodeValue, findEntry, readHeader, type GgufHeader } from '../../../src/gguf/index.js';
import { describeModel } from '../../../src/model/index.js';
import { planCompanion, planDrop, readCompanion } from '../../../src/rewrite/index.js';
import { buildGguf, tinyLlama, value, writeTemp, type FixtureSpec } from '../../fixtures/buildGguf.js';
import { carryOut, planSpec } from '../../fixtures/carryOut.js';
import { makeLora } from '../../fixtures/companions.js';
import { expectSameBytes } from '../../fixtures/sameBytes.js';
import { withEntries } from '../../fixtures/smallModel.js';

const MODEL = tinyLlama({ blocks: 4 });

/** The file without these blocks, and without the attention of those. */
async function prune(spec: FixtureSpec, dropped: readonly number[], attention: readonly number[]) {
  const { plan } = await planSpec(spec, dropped, undefined, attention);
  return carryOut(plan);
}

async function read(bytes: Uint8Array): Promise<GgufHeader> {
  return readHeader(writeTemp(bytes));
}

function decode(header: GgufHeader, key: string) {
  const entry = findEntry(header, key);
  return entry && decodeValue(entry);
}

describe('A file without the attention of some blocks', () => {
  it('says of each block how many heads it has, under the architecture that has a word for it', async () => {
    const header = await read(await prune(MODEL, [], [1, 3]));
    expect(decode(header, 'general.architecture')).toBe('deci');
    expect(decode(header, 'deci.block_count')).toBe(4);
    expect(decode(header, 'deci.attention.head_count')).toEqual([4, 0, 4, 0]);
    expect(decode(header, 'deci.attention.head_count_kv')).toEqual([2, 0, 2, 0]);
    expect(decode(header, 'deci.feed_forward_length')).toEqual([96, 96, 96, 96]);
    expect(decode(header, 'deci.attention.key_length')).toBe(16);
    expect(decode(header, 'deci.attention.value_length')).toBe(16);
    expect(decode(header, 'deci.rope.dimension_count')).toBe(16);
    expect(decode(header, 'prune_gguf.dropped_attention')).toEqual([1, 3]);
    expect(decode(header, 'prune_gguf.dropped_blocks')).toEqual([]);
    expect(header.entries.filter(({ key }) => key.startsWith('llama.'))).toEqual([]);
  });

  it('has all tensors but those of that attention, its norm among them', async () => {
    const header = await read(await prune(MODEL, [], [1]));
    const names = MODEL.tensors.map(({ name }) => name);
    expect(header.tensors.map(({ name }) => name)).toEqual(
      names.filter((name) => !name.startsWith('blk.1.attn_')),
    );
    expect(names.filter((name) => name.startsWith('blk.1.attn_'))).toHaveLength(5);
  });

  it('has the other keys as they were, and the sizes that are stated already', async () => {
    const stated = withEntries(MODEL, {
      'llama.attention.key_length': value.uint32(16),
      'llama.rope.freq_base': value.float32(1e6),
    });
    const header = await read(await prune(stated, [], [2]));
    expect(decode(header, 'deci.rope.freq_base')).toBe(1e6);
    expect(header.entries.filter(({ key }) => key === 'deci.attention.key_length')).toHaveLength(1);
  });

  it('has as many heads of keys and values as heads where the source does not tell them apart', async () => {
    const entries = MODEL.entries.filter(({ key }) => key !== 'llama.attention.head_count_kv');
    const header = await read(await prune({ ...MODEL, entries }, [], [2]));
    expect(decode(header, 'deci.attention.head_count_kv')).toEqual([4, 4, 0, 4]);
  });

  it('may lack whole blocks as well: the counts of the kept ones stay', async () => {
    const header = await read(await prune(MODEL, [0, 2], [3]));
    expect(decode(header, 'deci.block_count')).toBe(2);
    expect(decode(header, 'deci.attention.head_count')).toEqual([4, 0]);
    expect(header.tensors.some(({ name }) => name.startsWith('blk.1.attn_'))).toBe(false);
    expect(header.tensors.some(({ name }) => name.startsWith('blk.0.attn_'))).toBe(true);
  });

  it.each<readonly [string, readonly number[], readonly number[], readonly number[], readonly number[]]>([
    ['of other blocks', [], [1], [], [3]],
    ['after whole blocks', [1], [], [], [2]],
    ['before whole blocks', [], [2], [1], []],
  ])('can be pruned again, %s', async (_, dropped, attention, later, laterAttention) => {
    const header = await read(await prune(MODEL, dropped, attention));
    const again = planDrop(
      header,
      describeModel(header),
      { dropped: later, droppedAttention: laterAttention },
      [],
    );
    const kept = [0, 1, 2, 3].filter((block) => !dropped.includes(block));
    const atOnce = {
      dropped: [...dropped, ...later.map((block) => kept[block] ?? NaN)],
      droppedAttention: [...attention, ...laterAttention.map((block) => kept[block] ?? NaN)],
    };
    const source = await read(buildGguf(MODEL));
    const plan = planDrop(source, describeModel(source), atOnce, []);
    const sizes = (bytes: Uint8Array) => read(bytes).then(({ tensors }) => tensors);
    expect(await sizes(carryOut(again))).toEqual(await sizes(carryOut(plan)));
    const [one, other] = [await read(carryOut(again)), await read(carryOut(plan))];
    expect(decode(one, 'deci.attention.head_count')).toEqual(decode(other, 'deci.attention.head_count'));
  });

  it('is the source, byte for byte, where no attention is dropped', async () => {
    expectSameBytes(await prune(MODEL, [], []), buildGguf(MODEL));
  });

  it('has a LoRA adapter that is for the same architecture, without what changed that attention', async () => {
    const header = await read(buildGguf(MODEL));
    const description = describeModel(header);
    const path = writeTemp(buildGguf(makeLora([0, 1, 2, 3], 64)), 'mine.gguf');
    const companion = await readCompanion('lora', path, { header, description });
    const plan = planDrop(header, description, { dropped: [0], droppedAttention: [2] }, []);
    const pruned = await read(carryOut(planCompanion(companion, plan, [])));
    expect(decode(pruned, 'general.architecture')).toBe('deci');
    const ofAttention = pruned.tensors.filter(({ name }) => name.includes('.attn_'));
    expect(new Set(ofAttention.map(({ name }) => name.split('.')[1]))).toEqual(new Set(['0', '2']));
  });
});

describe('Attention that cannot be dropped', () => {
  const refuse = async (spec: FixtureSpec, attention: readonly number[], dropped: readonly number[] = []) => {
    const error: unknown = await prune(spec, dropped, attention).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'DROP_REFUSED' });
    return (error as Error).message;
  };

  it('is that of the block that comes first', async () => {
    expect(await refuse(MODEL, [0])).toContain('block 0, which comes first, must keep its attention');
    expect(await refuse(MODEL, [1], [0])).toContain('block 1, which comes first');
  });

  it('is that of another architecture', async () => {
    const entries = MODEL.entries.map(({ key, value: was }) =>
      key === 'general.architecture'
        ? { key, value: value.string('qwen2') }
        : { key: key.replace(/^llama\./, 'qwen2.'), value: was },
    );
    expect(await refuse({ ...MODEL, entries }, [1])).toContain('architectures deci and llama');
  });

  it('is that of a model with experts', async () => {
    const spec = withEntries(MODEL, { 'llama.expert_count': value.uint32(8) });
    expect(await refuse(spec, [1])).toContain('experts');
  });

  it('is that of a model with a tensor that would not be read', async () => {
    const scale = { name: 'blk.2.ffn_up.scale', dimensions: [1], type: 0, payload: new Uint8Array(4) };
    const message = await refuse({ ...MODEL, tensors: [...MODEL.tensors, scale] }, [1]);
    expect(message).toContain('"blk.2.ffn_up.scale"');
  });

  it('is that of a block which has none', async () => {
    const header = await read(await prune(MODEL, [], [1]));
    const drop = (dropped: readonly number[], droppedAttention: readonly number[]) => () =>
      planDrop(header, describeModel(header), { dropped, droppedAttention }, []);
    expect(drop([], [1])).toThrow('block 1 has no attention that could be dropped');
    expect(drop([0], [])).toThrow('the size of attention heads');
  });
});

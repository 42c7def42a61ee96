import fc from 'fast-check';
import {
  decodeValue,
  findEntry,
  getArray,
  getString,
  getUint,
  readHeader,
  type Entry,
  type GgufHeader,
} from '../../../src/gguf/index.js';
import { describeModel } from '../../../src/model/index.js';
import { planDrop } from '../../../src/rewrite/index.js';
import {
  buildGguf,
  randomBytes,
  tinyLlama,
  value,
  writeTemp,
  type FixtureSpec,
} from '../../fixtures/buildGguf.js';
import { carryOut, planSpec } from '../../fixtures/carryOut.js';
import { dropBlocks } from '../../fixtures/dropBlocks.js';
import { expectSameBytes, toHex } from '../../fixtures/sameBytes.js';
import { bytesTensor, smallModel, withEntries } from '../../fixtures/smallModel.js';
import { fixtureSpecs } from '../gguf/arbitraries.js';

/** A file without some of its blocks: its bytes and what the reader finds in them. */
interface Written {
  readonly bytes: Uint8Array;
  readonly header: GgufHeader;
}

async function prune(spec: FixtureSpec, dropped: readonly number[]): Promise<Written> {
  const { plan } = await planSpec(spec, dropped);
  const bytes = carryOut(plan);
  return { bytes, header: await readHeader(writeTemp(bytes)) };
}

/** The names and payloads of a file that was read. */
function payloadsOf({ bytes, header }: Written) {
  return header.tensors.map(({ name, offset, bytes: length }) => {
    const from = header.parts[0].dataOffset + offset;
    return [name, toHex(bytes.subarray(from, from + length))] as const;
  });
}

/** What the payloads must be after a drop, found from the fixture alone. */
function expectedPayloads({ tensors }: FixtureSpec, dropped: readonly number[]) {
  return tensors.flatMap(({ name, payload }) => {
    const [prefix, number, ...rest] = name.split('.');
    if (prefix !== 'blk') return [[name, toHex(payload)] as const];
    if (dropped.includes(Number(number))) return [];
    const gone = dropped.filter((block) => block < Number(number)).length;
    return [[['blk', Number(number) - gone, ...rest].join('.'), toHex(payload)] as const];
  });
}

const KV = { key: 'llama.attention.head_count_kv', value: value.array(5, [4, 3, 2, 1].map(value.int32)) };
const ODD_END = { name: 'zz', dimensions: [3], type: 0, payload: randomBytes(5, 12) };

describe('A file of version 3 of which nothing is dropped', () => {
  const spec = tinyLlama({ blocks: 3 });
  it.each<readonly [string, FixtureSpec]>([
    ['an alignment of 32', { ...spec, alignment: 32 }],
    ['an alignment of 64', { ...spec, alignment: 64 }],
    ['an output of its own', spec],
    ['tied embeddings', tinyLlama({ blocks: 3, tied: true })],
    ['bytes after its tensors', { ...spec, trailing: randomBytes(9, 77) }],
    ['an unpadded last tensor', { ...spec, tensors: [...spec.tensors, ODD_END], padLast: false }],
    [
      'an unpadded last tensor and bytes after it',
      { ...spec, tensors: [...spec.tensors, ODD_END], padLast: false, trailing: new Uint8Array(5) },
    ],
    ['values per block', { ...spec, entries: [...smallModel({ blocks: 3 }).entries, KV] }],
  ])('is reproduced byte for byte with %s', async (_, source) => {
    expectSameBytes((await prune(source, [])).bytes, buildGguf(source));
  });

  it('is reproduced byte for byte with keys and tensors of any type, and any end', async () => {
    const model = smallModel({ blocks: 2 });
    const specs = fixtureSpecs().map((extra) => ({
      ...extra,
      entries: [...model.entries, ...extra.entries],
      tensors: [...model.tensors, ...extra.tensors],
    }));
    await fc.assert(
      fc.asyncProperty(specs, async (source) => {
        expectSameBytes((await prune(source, [])).bytes, buildGguf(source));
      }),
      { numRuns: 200 },
    );
  });

  it('is copied as a whole', async () => {
    const { plan, header } = await planSpec(spec, []);
    const { dataOffset } = header.parts[0];
    expect(plan).toMatchObject({ dropped: [], kept: [0, 1, 2], fileBytes: header.fileBytes });
    expect(plan.files[0].ranges).toEqual([
      { part: 0, from: dataOffset, to: dataOffset, bytes: header.fileBytes - dataOffset },
    ]);
  });

  it('gets no word on its making', async () => {
    const { header } = await prune(spec, []);
    expect(header.entries.filter(({ key }) => key.startsWith('prune_gguf'))).toEqual([]);
  });

  it('is reproduced byte for byte with a tensor that is called almost like one of a block', async () => {
    const source = { ...spec, tensors: [...spec.tensors, bytesTensor('blk.01.weight', 32, 1)] };
    expectSameBytes((await prune(source, [])).bytes, buildGguf(source));
  });
});

describe('A file of version 2', () => {
  it('becomes the same file of version 3 when nothing is dropped', async () => {
    const spec = tinyLlama({ blocks: 2 });
    const { bytes, header } = await prune({ ...spec, version: 2 }, []);
    expect(header.version).toBe(3);
    expectSameBytes(bytes, buildGguf(spec));
  });

  it('becomes the same file as one of version 3 when blocks are dropped', async () => {
    const spec = tinyLlama({ blocks: 3 });
    const { bytes } = await prune({ ...spec, version: 2 }, [1]);
    expectSameBytes(bytes, (await prune(spec, [1])).bytes);
  });
});

describe('A file without some of its blocks', () => {
  it('is byte for byte the file that is built without them', async () => {
    const spec = withEntries(tinyLlama({ blocks: 4 }), { [KV.key]: KV.value });
    const changed = withEntries(spec, {
      'llama.block_count': value.uint32(2),
      [KV.key]: value.array(5, [4, 1].map(value.int32)),
      'prune_gguf.version': value.string('1.2.3'),
      'prune_gguf.source.name': value.string('model.gguf'),
      'prune_gguf.source.sha256': value.string('ab'.repeat(32)),
      'prune_gguf.source.block_count': value.uint32(4),
      'prune_gguf.method': value.string('block-influence'),
      'prune_gguf.calibration.sha256': value.string('cd'.repeat(32)),
      'prune_gguf.dropped_blocks': value.array(4, [1, 2].map(value.uint32)),
    });
    const tensors = spec.tensors.flatMap((tensor) => {
      const [name] = expectedPayloads({ ...spec, tensors: [tensor] }, [1, 2])[0] ?? [];
      return name === undefined ? [] : [{ ...tensor, name }];
    });
    const trailing = randomBytes(3, 50);
    const { bytes } = await prune({ ...spec, trailing }, [1, 2]);
    expectSameBytes(bytes, buildGguf({ ...changed, tensors, trailing }));
  });

  it('numbers blocks anew from 0, in the order of the source, whatever else is in a name', async () => {
    const spec = smallModel({ blocks: 12 });
    const odd = [
      bytesTensor('blk.11.a.blk.3.weight', 1, 1),
      bytesTensor('blk.11.\n', 1, 2),
      bytesTensor('x.blk.0.weight', 1, 3),
    ];
    const { header } = await prune({ ...spec, tensors: [...odd, ...spec.tensors.toReversed()] }, [0, 2, 3]);
    const names = header.tensors.map(({ name }) => name);
    expect(names.slice(0, 3)).toEqual(['blk.8.a.blk.3.weight', 'blk.8.\n', 'x.blk.0.weight']);
    expect(names.slice(3, 6)).toEqual(['output_norm.weight', 'blk.8.ffn_up.weight', 'blk.8.attn_q.weight']);
    expect(names.slice(-3)).toEqual(['blk.0.ffn_up.weight', 'blk.0.attn_q.weight', 'token_embd.weight']);
  });

  it('says how it was made', async () => {
    const { header } = await prune(tinyLlama({ blocks: 4 }), [0, 3]);
    expect(getString(header, 'prune_gguf.version')).toBe('1.2.3');
    expect(getString(header, 'prune_gguf.source.name')).toBe('model.gguf');
    expect(getUint(header, 'prune_gguf.source.block_count')).toBe(4);
    expect(getArray(header, 'prune_gguf.dropped_blocks')?.values).toEqual([0, 3]);
  });

  it('says only how it was made the last time when it is pruned again', async () => {
    const first = await prune(tinyLlama({ blocks: 4 }), [0]);
    const again = await planSpec(
      withEntries(tinyLlama({ blocks: 3 }), { 'prune_gguf.method': value.string('an older one') }),
      [2],
    );
    const { entries } = await readHeader(writeTemp(carryOut(again.plan)));
    expect(entries.map(({ key }) => key)).toEqual(first.header.entries.map(({ key }) => key));
    expect(getString({ path: '', entries }, 'prune_gguf.method')).toBe('block-influence');
  });

  it('names no calibration of an earlier time when it is pruned again by hand', async () => {
    const first = await prune(tinyLlama({ blocks: 4 }), [0]);
    const header = await readHeader(writeTemp(first.bytes));
    const byHand = header.entries.filter(
      ({ key }) => key.startsWith('prune_gguf.') && key !== 'prune_gguf.calibration.sha256',
    );
    const plan = planDrop(header, describeModel(header), dropBlocks([1]), byHand);
    const written = await readHeader(writeTemp(carryOut(plan)));
    expect(findEntry(written, 'prune_gguf.calibration.sha256')).toBeUndefined();
  });

  it('is refused when the metadata cannot say what is left', async () => {
    const spec = withEntries(smallModel({ blocks: 3 }), {
      'llama.new': value.array(0, [1, 2, 3].map(value.uint8)),
    });
    await expect(planSpec(spec, [0])).rejects.toMatchObject({ code: 'DROP_REFUSED' });
    await expect(planSpec(spec, [])).resolves.toBeDefined();
  });

  const models = fc.record({
    blocks: fc.integer({ min: 1, max: 6 }),
    tied: fc.boolean(),
    alignment: fc.constantFrom(32, 64),
    trailing: fc.uint8Array({ maxLength: 40 }),
    odd: fc.boolean(),
    seed: fc.nat(99),
  });
  const drops = models.chain((model) =>
    fc.record({
      model: fc.constant(model),
      dropped: fc.subarray(
        Array.from({ length: model.blocks }, (_, block) => block),
        { maxLength: model.blocks - 1 },
      ),
    }),
  );

  it('has every other tensor, key and trailing byte of its source, whichever are dropped', async () => {
    await fc.assert(
      fc.asyncProperty(drops, async ({ model: { alignment, trailing, odd, ...shape }, dropped }) => {
        const plain = withEntries(tinyLlama({ ...shape, embedding: 32, feedForward: 32 }), {
          [KV.key]: value.array(
            5,
            Array.from({ length: shape.blocks }, (_, block) => value.int32(block - 3)),
          ),
        });
        const spec = {
          ...plain,
          tensors: odd ? [ODD_END, ...plain.tensors, { ...ODD_END, name: 'zzz' }] : plain.tensors,
          alignment,
          trailing,
        };
        const source = await readHeader(writeTemp(buildGguf(spec)));
        const written = await prune(spec, dropped);
        const { header, bytes } = written;
        const kept = Array.from({ length: shape.blocks }, (_, block) => block).filter(
          (block) => !dropped.includes(block),
        );

        expect(payloadsOf(written)).toEqual(expectedPayloads(spec, dropped));
        expect(getUint(header, 'llama.block_count')).toBe(kept.length);
        expect(getArray(header, KV.key)?.values).toEqual(kept.map((block) => block - 3));
        expect(header.alignment).toBe(alignment);
        expect(bytes.slice(bytes.length - trailing.length)).toEqual(trailing);
        const changing = new Set(['llama.block_count', KV.key]);
        const isOther = ({ key }: Entry) => !changing.has(key) && !key.startsWith('prune_gguf.');
        const list = (entries: readonly Entry[]) =>
          entries.filter(isOther).map(({ key, type, bytes: encoded }) => [key, type, toHex(encoded)]);
        expect(list(header.entries)).toEqual(list(source.entries));
        const stated = findEntry(header, 'prune_gguf.dropped_blocks');
        expect(stated && decodeValue(stated)).toEqual(dropped.length === 0 ? undefined : dropped);
        expect(describeModel(header).blocks).toHaveLength(kept.length);
      }),
      { numRuns: 60 },
    );
  });
});

import fc from 'fast-check';
import {
  findEntry,
  getArray,
  getUint,
  readHeader,
  ValueType,
  type GgufHeader,
} from '../../../src/gguf/index.js';
import { findArchitecture, repairMetadata } from '../../../src/model/index.js';
import { collectFacts } from '../../../src/model/facts.js';
import { isOneOfTheRest } from '../../../src/model/period.js';
import {
  buildGguf,
  tinyLlama,
  value,
  writeTemp,
  type FixtureEntry,
  type TypedValue,
} from '../../fixtures/buildGguf.js';
import { smallModel, withEntries } from '../../fixtures/smallModel.js';

interface Model {
  readonly architecture: string;
  readonly blocks: number;
  readonly header: GgufHeader;
}

async function makeModel(
  architecture: string,
  blocks: number,
  keys: Readonly<Record<string, TypedValue>> = {},
): Promise<Model> {
  const entries: FixtureEntry[] = Object.entries(keys).map(([key, typed]) => ({
    key: `${architecture}.${key}`,
    value: typed,
  }));
  const bytes = buildGguf(smallModel({ architecture, blocks, entries }));
  return { architecture, blocks, header: await readHeader(writeTemp(bytes)) };
}

/** The header after these blocks went. */
function drop({ architecture, blocks, header }: Model, dropped: readonly number[]): GgufHeader {
  const kept = range(blocks).filter((block) => !dropped.includes(block));
  return { ...header, entries: repairMetadata(header, architecture, blocks, kept) };
}

/** Whether a block of a gemma3 model has a sliding window. */
function isSliding(header: GgufHeader, blocks: number, block: number): boolean {
  const rule = findArchitecture('gemma3', 'model.gguf').rules.find(({ kind }) => kind === 'period');
  if (rule?.kind !== 'period') throw new Error('gemma3 has no rule on a period');
  return isOneOfTheRest(rule, collectFacts(header, 'gemma3', blocks), block);
}

function range(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => index);
}

const int32s = (...items: readonly number[]) => value.array(ValueType.int32, items.map(value.int32));
const bools = (...items: readonly boolean[]) =>
  value.array(
    ValueType.bool,
    items.map((item) => value.bool(item ? 1 : 0)),
  );

describe('Metadata after a drop', () => {
  it('is the same when nothing is dropped', async () => {
    const model = await makeModel('llama', 4, { 'attention.head_count_kv': int32s(1, 2) });
    expect(drop(model, [])).toEqual(model.header);
  });

  it('states the new number of blocks in the type and place of the old one, and leaves all other keys', async () => {
    const spec = withEntries(tinyLlama({ blocks: 3 }), { 'llama.block_count': value.uint64(3) });
    const header = await readHeader(writeTemp(buildGguf(spec)));
    const repaired = drop({ architecture: 'llama', blocks: 3, header }, [1]);
    expect(repaired.entries).toEqual(
      header.entries.map((entry) =>
        entry.key === 'llama.block_count'
          ? { key: entry.key, type: ValueType.uint64, bytes: Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0) }
          : entry,
      ),
    );
  });

  it.each(['attention.head_count_kv', 'attention.head_count', 'feed_forward_length'])(
    'holds the values of the kept blocks under %s where there was one a block',
    async (key) => {
      const model = await makeModel('llama', 5, {
        [key]: int32s(10, 11, 12, 13, 14),
        'attention.key_length': value.uint32(64),
      });
      const repaired = drop(model, [0, 3]);
      expect(getArray(repaired, `llama.${key}`)).toEqual({
        elementType: ValueType.int32,
        values: [11, 12, 14],
      });
      expect(repaired.entries.map((entry) => entry.key)).toEqual(
        model.header.entries.map((entry) => entry.key),
      );
    },
  );

  it.each([
    ['uint64', value.array(10, [value.uint64(2n ** 60n), value.uint64(7)]), [7]],
    ['float32', value.array(6, [value.float32(1.5), value.float32(0.1)]), [Math.fround(0.1)]],
    ['string', value.array(8, [value.string('a'), value.string('größe')]), ['größe']],
    ['bool', bools(true, false), [false]],
  ])('keeps the type of a filtered array (%s)', async (type, array, values) => {
    const model = await makeModel('llama', 2, { feed_forward_length: array });
    expect(getArray(drop(model, [0]), 'llama.feed_forward_length')).toEqual({
      elementType: ValueType[type as keyof typeof ValueType],
      values,
    });
  });

  it.each([1, 3, 5])('is refused when a per-block array has %i values for 4 blocks', async (length) => {
    const model = await makeModel('llama', 4, {
      'attention.head_count_kv': int32s(...range(length)),
    });
    expect(() => drop(model, [0])).toThrow(
      expect.objectContaining({
        code: 'GGUF_DAMAGED',
        message: `model.gguf has ${length} values under "llama.attention.head_count_kv", but 4 blocks.`,
      }) as Error,
    );
  });

  it('is refused when an unknown key has one value a block', async () => {
    const model = await makeModel('llama', 4, { 'attention.\u001b[2Jnew': int32s(1, 2, 3, 4) });
    expect(() => drop(model, [0])).toThrow(
      expect.objectContaining({
        code: 'DROP_REFUSED',
        message: expect.stringMatching(
          /^model\.gguf has one value a block under "llama\.attention\.\\u001b\[2Jnew"/,
        ) as string,
      }) as Error,
    );
  });

  it('leaves arrays alone that have nothing to do with blocks', async () => {
    const model = await makeModel('llama', 4, {
      'rope.dimension_sections': int32s(1, 2, 3, 4),
      unknown: int32s(1, 2, 3),
    });
    const withForeign = withEntries(smallModel({ blocks: 4 }), {
      'tokenizer.ggml.token_type': int32s(1, 2, 3, 4),
      'qwen2.unknown': int32s(1, 2, 3, 4),
    });
    const foreign = { ...model, header: await readHeader(writeTemp(buildGguf(withForeign))) };
    for (const { header, keys } of [
      { header: model, keys: ['llama.rope.dimension_sections', 'llama.unknown'] },
      { header: foreign, keys: ['tokenizer.ggml.token_type', 'qwen2.unknown'] },
    ]) {
      const repaired = drop(header, [1]);
      for (const key of keys) expect(findEntry(repaired, key)).toEqual(findEntry(header.header, key));
      expect(getUint(repaired, 'llama.block_count')).toBe(3);
    }
  });
});

const PATTERN = 'gemma3.attention.sliding_window_pattern';

function makeGemma3(blocks: number, keys: Readonly<Record<string, TypedValue>> = {}): Promise<Model> {
  return makeModel('gemma3', blocks, { 'attention.sliding_window': value.uint32(512), ...keys });
}

const withPattern = (pattern: TypedValue) => ({ 'attention.sliding_window_pattern': pattern });

describe('The window pattern of gemma3', () => {
  it.each([
    [[0, 1, 2, 3, 4, 5], 'the first period'],
    [[6, 7, 8, 9, 10, 11], 'the last period'],
    [[5, 6, 7, 8, 9, 10], 'as many blocks as a period, across two of them'],
    [[11], 'the last block'],
    [[8, 9, 10, 11], 'the end'],
  ])('is not written where the count from the start still holds (without %j: %s)', async (dropped) => {
    const repaired = drop(await makeGemma3(12), dropped);
    expect(findEntry(repaired, PATTERN)).toBeUndefined();
    expect(getUint(repaired, 'gemma3.block_count')).toBe(12 - dropped.length);
  });

  it('is written as an array where the count shifts, with true for a sliding window', async () => {
    const repaired = drop(await makeGemma3(12), [2, 7]);
    expect(getArray(repaired, PATTERN)).toEqual({
      elementType: ValueType.bool,
      values: [true, true, true, true, false, true, true, true, true, false],
    });
  });

  it('keeps the values of the kept blocks where it is an array already, even where the count would hold', async () => {
    const model = await makeGemma3(4, withPattern(bools(false, true, false, true)));
    expect(getArray(drop(model, [0, 1]), PATTERN)?.values).toEqual([false, true]);
    expect(getArray(drop(model, [1]), PATTERN)?.values).toEqual([false, false, true]);
  });

  it('keeps the type of an array of numbers', async () => {
    const model = await makeGemma3(3, withPattern(int32s(1, 0, 1)));
    expect(getArray(drop(model, [0]), PATTERN)).toEqual({ elementType: ValueType.int32, values: [0, 1] });
  });

  it('is refused as an array of a wrong length', async () => {
    const model = await makeGemma3(4, withPattern(bools(true, false, true)));
    expect(() => drop(model, [0])).toThrow(
      /^model\.gguf has 3 values under "gemma3.*pattern", but 4 blocks\.$/,
    );
  });

  it('follows another period than 6 that the file states', async () => {
    const model = await makeGemma3(4, withPattern(value.uint32(2)));
    expect(findEntry(drop(model, [0, 1]), PATTERN)).toEqual(findEntry(model.header, PATTERN));
    const shifted = drop(model, [0]);
    expect(getArray(shifted, PATTERN)?.values).toEqual([false, true, false]);
    expect(shifted.entries.filter(({ key }) => key === PATTERN)).toHaveLength(1);
  });

  it('with a period of 0 has no block that sees the whole text', async () => {
    const model = await makeGemma3(8, withPattern(value.uint32(0)));
    expect(findEntry(drop(model, [0, 3]), PATTERN)).toEqual(findEntry(model.header, PATTERN));
    expect(range(8).map((block) => isSliding(model.header, 8, block))).not.toContain(false);
  });

  it.each([
    ['has no size', {}],
    ['has the size 0', { 'attention.sliding_window': value.uint32(0) }],
  ])('is left alone where the window %s', async (_, keys) => {
    const model = await makeModel('gemma3', 8, keys);
    expect(findEntry(drop(model, [2]), PATTERN)).toBeUndefined();
  });

  it('of other architectures is not known', async () => {
    const model = await makeModel('llama', 8, { 'attention.sliding_window': value.uint32(512) });
    expect(drop(model, [2]).entries.map(({ key }) => key)).toEqual(
      model.header.entries.map(({ key }) => key),
    );
  });

  const REFUSED = expect.objectContaining({
    code: 'DROP_REFUSED',
    message: expect.stringMatching(/^model\.gguf: no sliding block would be left/) as string,
  }) as Error;

  it('is refused when no block with a window would be left', async () => {
    const model = await makeGemma3(12);
    expect(() => drop(model, [0, 1, 2, 3, 4, 6, 7, 8, 9, 10])).toThrow(REFUSED);
    expect(() => drop(model, [0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11])).toThrow(REFUSED);
  });

  it('is refused when no block with a window would be left of an array', async () => {
    const model = await makeGemma3(3, withPattern(bools(true, false, false)));
    expect(() => drop(model, [0])).toThrow(REFUSED);
  });

  it('stays what it was for every kept block', async () => {
    const patterns = fc.oneof(
      fc.constant({}),
      fc.nat(8).map((period) => withPattern(value.uint32(period))),
      fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }).map((kinds) => withPattern(bools(...kinds))),
    );
    await fc.assert(
      fc.asyncProperty(patterns, fc.subarray([...range(10)], { maxLength: 9 }), async (pattern, dropped) => {
        const model = await makeGemma3(10, pattern);
        const kindsOf = (header: GgufHeader, count: number, blocks: readonly number[]) =>
          blocks.map((block) => isSliding(header, count, block));
        const kept = range(10).filter((block) => !dropped.includes(block));
        const kinds = kindsOf(model.header, 10, kept);
        fc.pre(kinds.includes(true));
        expect(kindsOf(drop(model, dropped), kept.length, range(kept.length))).toEqual(kinds);
      }),
      { numRuns: 200 },
    );
  });
});

describe('gemma3 with 62 blocks, for which llama.cpp scales attention in another way', () => {
  it.each([
    [63, [5], 62],
    [64, [5, 6], 62],
  ])('refuses to arrive there: from %i blocks without %j at %i', async (blocks, dropped, left) => {
    const model = await makeGemma3(blocks);
    expect(() => drop(model, dropped)).toThrow(
      expect.objectContaining({
        code: 'DROP_REFUSED',
        message: expect.stringMatching(
          new RegExp(
            `can be dropped to leave ${left}: llama\\.cpp tells the attention scale .* exactly 62 blocks`,
          ),
        ) as string,
      }) as Error,
    );
  });

  it('does not hinder a drop that passes it by, nor one of other architectures', async () => {
    const passing = drop(await makeGemma3(64), [61, 62, 63]);
    expect(getUint(passing, 'gemma3.block_count')).toBe(61);
    const other = drop(await makeModel('llama', 62), [5]);
    expect(getUint(other, 'llama.block_count')).toBe(61);
  });

  it('stays as it is when nothing is dropped', async () => {
    const model = await makeGemma3(62);
    expect(drop(model, [])).toEqual(model.header);
  });
});

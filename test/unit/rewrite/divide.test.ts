import fc from 'fast-check';
import { readPart } from '../../../src/gguf/index.js';
import { divideContent } from '../../../src/rewrite/divide.js';
import { value, writeTemp } from '../../fixtures/buildGguf.js';
import { carryOutAll, planSpec } from '../../fixtures/carryOut.js';
import { toHex } from '../../fixtures/sameBytes.js';
import { bytesTensor, smallModel, withEntries } from '../../fixtures/smallModel.js';

const MODEL = smallModel({ blocks: 6 });

/** The parts that a model is divided into, read back: keys, tensors, payloads, sizes. */
async function divide(spec: typeof MODEL, limit: number, dropped: readonly number[] = []) {
  const files = carryOutAll((await planSpec(spec, dropped, limit)).plan);
  return Promise.all(
    files.map(async (bytes) => {
      const { entries, tensors, dataOffset, alignment } = await readPart(writeTemp(bytes));
      return {
        size: bytes.length,
        keys: entries.map(({ key }) => key),
        entries,
        alignment,
        tensors: tensors.map(({ name, offset, bytes: length }) => {
          const from = dataOffset + offset;
          return [name, toHex(bytes.subarray(from, from + length))] as const;
        }),
      };
    }),
  );
}

const payloads = ({ tensors }: typeof MODEL) =>
  tensors.map(({ name, payload }) => [name, toHex(payload)] as const);

describe('A model that is larger than a file may be', () => {
  it('becomes parts that hold its tensors in order and are within the limit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 400, max: 1800 }), async (limit) => {
        const parts = await divide(MODEL, limit);
        expect(parts.flatMap(({ tensors }) => tensors)).toEqual(payloads(MODEL));
        for (const { size } of parts) expect(size).toBeLessThanOrEqual(limit);
      }),
      { numRuns: 50 },
    );
  });

  it('says in each part which it is, and nothing else of itself but in the first', async () => {
    const parts = await divide(MODEL, 600);
    const number = (entry: { readonly bytes: Uint8Array } | undefined) =>
      Buffer.from(entry!.bytes).readUInt16LE();
    parts.forEach(({ entries, keys }, index) => {
      const model = index === 0 ? MODEL.entries.map(({ key }) => key) : [];
      expect(keys).toEqual([...model, 'split.no', 'split.count', 'split.tensors.count']);
      expect(entries.slice(-3).map(({ type }) => type)).toEqual([2, 2, 5]);
      expect(entries.slice(-3).map(number)).toEqual([index, parts.length, MODEL.tensors.length]);
    });
    expect(parts.length).toBeGreaterThan(2);
  });

  it('gives a tensor that is larger than the limit a part of its own', async () => {
    const large = bytesTensor('blk.2.large.weight', 5000, 7);
    const spec = { ...MODEL, tensors: MODEL.tensors.toSpliced(4, 0, large) };
    const parts = await divide(spec, 700);
    expect(parts.flatMap(({ tensors }) => tensors)).toEqual(payloads(spec));
    const over = parts.filter(({ size }) => size > 700);
    expect(over.map(({ tensors }) => tensors.map(([name]) => name))).toEqual([['blk.2.large.weight']]);
  });

  it('has a first part without tensors where its metadata alone fills it', async () => {
    const spec = withEntries(MODEL, { long: value.string('x'.repeat(2000)) });
    const [first, ...others] = await divide(spec, 700);
    expect(first!.tensors).toEqual([]);
    expect(others.flatMap(({ tensors }) => tensors)).toEqual(payloads(spec));
    for (const { size } of others) expect(size).toBeLessThanOrEqual(700);
  });

  it('keeps its alignment in all parts', async () => {
    const parts = await divide({ ...MODEL, alignment: 128 }, 1500);
    expect(parts.length).toBeGreaterThan(1);
    expect(new Set(parts.map(({ alignment }) => alignment))).toEqual(new Set([128]));
  });

  it('does not say twice that it is split', async () => {
    const spec = withEntries(MODEL, { 'split.count': value.uint16(0), 'split.no': value.uint16(7) });
    for (const { keys } of await divide(spec, 700)) {
      expect(keys.filter((key) => key.startsWith('split.'))).toHaveLength(3);
    }
  });

  it('says how it was made in its first part', async () => {
    const [first, second] = await divide(MODEL, 900, [1]);
    expect(first!.keys).toContain('prune_gguf.dropped_blocks');
    expect(second!.keys).toHaveLength(3);
  });
});

describe('A model that is not larger than a file may be', () => {
  it('stays one file without a word on parts, to the byte', async () => {
    const whole = carryOutAll((await planSpec(MODEL, [1])).plan)[0]!;
    const [file, ...others] = carryOutAll((await planSpec(MODEL, [1], whole.length)).plan);
    expect(others).toEqual([]);
    expect(Buffer.compare(file!, whole)).toBe(0);
    expect((await divide(MODEL, whole.length - 1, [1])).length).toBeGreaterThan(1);
  });
});

describe('A limit', () => {
  it.each([0, -1, NaN])('of %p bytes is refused', async (limit) => {
    await expect(planSpec(MODEL, [1], limit)).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('that asks for more parts than there can be is refused', () => {
    const tensors = Array.from({ length: 65_536 }, (_, index) => ({
      ...{ name: `t${index}`, dimensions: [1], type: 24, bytes: 1 },
      pieces: [],
    }));
    expect(() => divideContent({ entries: [], tensors }, 32, 1)).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: expect.stringMatching(/65,535 parts/) as string,
      }) as Error,
    );
  });
});

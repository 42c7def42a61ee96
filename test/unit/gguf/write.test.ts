import fc from 'fast-check';
import {
  encodeHeader,
  isLastPadded,
  makeEntry,
  readPart,
  trailingBytes,
  ValueType,
  type GgufPart,
} from '../../../src/gguf/index.js';
import {
  buildGguf,
  randomBytes,
  tinyLlama,
  value,
  writeTemp,
  type FixtureSpec,
} from '../../fixtures/buildGguf.js';
import { fixtureSpecs } from './arbitraries.js';

function read(bytes: Uint8Array): Promise<GgufPart> {
  return readPart(writeTemp(bytes));
}

/** Writes the file anew from what was read of it: header, payloads, padding, trailing bytes. */
function rebuild(header: GgufPart, source: Uint8Array): Uint8Array {
  const encoded = encodeHeader({ ...header, padLast: isLastPadded(header) });
  const file = new Uint8Array(encoded.fileBytes + trailingBytes(header));
  file.set(encoded.bytes);
  encoded.tensors.forEach(({ offset, bytes }, index) => {
    const from = header.dataOffset + (header.tensors[index]?.offset ?? 0);
    file.set(source.subarray(from, from + bytes), encoded.dataOffset + offset);
  });
  file.set(source.subarray(source.length - trailingBytes(header)), encoded.fileBytes);
  return file;
}

const ODD = { name: 'odd', dimensions: [3], type: 0, payload: randomBytes(3, 12) };
const NAME = { key: 'general.name', value: value.string('a model') };

describe('encodeHeader', () => {
  it('gives the bytes that the header was read from', async () => {
    const bytes = buildGguf(tinyLlama({ blocks: 2 }));
    const header = await read(bytes);
    const encoded = encodeHeader(header);
    expect(encoded.bytes).toEqual(bytes.slice(0, header.dataOffset));
    expect(encoded).toMatchObject({
      tensors: header.tensors,
      dataOffset: header.dataOffset,
      fileBytes: header.fileBytes,
    });
  });

  it('gives a version 2 file the version 3 and leaves the rest', async () => {
    const spec = tinyLlama({ blocks: 1 });
    const header = await read(buildGguf({ ...spec, version: 2 }));
    expect(encodeHeader(header).bytes).toEqual(buildGguf(spec).slice(0, header.dataOffset));
  });

  it('computes the offsets anew for the tensors that are left', async () => {
    const spec = tinyLlama({ blocks: 3 });
    const isKept = ({ name }: { readonly name: string }) => !name.startsWith('blk.1.');
    const header = await read(buildGguf(spec));
    const encoded = encodeHeader({ ...header, tensors: header.tensors.filter(isKept) });
    const expected = buildGguf({ ...spec, tensors: spec.tensors.filter(isKept) });
    expect(encoded.bytes).toEqual(expected.slice(0, encoded.dataOffset));
    expect(encoded.fileBytes).toBe(expected.length);
  });

  it('gives a header without tensors no padding', () => {
    const entries = [makeEntry('k', ValueType.string, 'v')];
    const encoded = encodeHeader({ entries, tensors: [], alignment: 32 });
    expect(encoded.bytes).toEqual(
      buildGguf({ entries: [{ key: 'k', value: value.string('v') }], tensors: [] }),
    );
    expect(encoded.fileBytes).toBe(encoded.bytes.length);
  });

  it('refuses an alignment that the metadata does not ask for', () => {
    const entries = [makeEntry('general.alignment', ValueType.uint32, 64)];
    expect(() => encodeHeader({ entries, tensors: [], alignment: 32 })).toThrow(
      'A header cannot be written with an alignment of 32: its metadata asks for 64 bytes.',
    );
  });

  it.each([
    [0, [4], 20, /need 16 bytes/],
    [4, [4], 0, /need a tensor type and size that ggml knows/],
    [99, [4], 4, /need a tensor type and size that ggml knows/],
  ])('refuses a tensor whose size does not fit its type (%#)', (type, dimensions, bytes, message) => {
    const tensors = [{ name: 't', type, dimensions, bytes }];
    expect(() => encodeHeader({ entries: [], tensors, alignment: 32 })).toThrow(
      expect.objectContaining({
        code: 'GGUF_UNSUPPORTED',
        message: expect.stringMatching(message) as string,
      }) as Error,
    );
  });
});

describe('The end of a file', () => {
  const base: FixtureSpec = { entries: [NAME], tensors: [ODD] };

  it.each<readonly [string, FixtureSpec, boolean, number]>([
    ['with padding', base, true, 0],
    ['without padding', { ...base, padLast: false }, false, 0],
    ['with a part of the padding', { ...base, padLast: false, trailing: new Uint8Array(5) }, false, 5],
    ['with bytes after the padding', { ...base, trailing: new Uint8Array(40) }, true, 40],
    [
      'with nothing to pad',
      { ...base, tensors: [{ ...ODD, dimensions: [8], payload: new Uint8Array(32) }], padLast: false },
      true,
      0,
    ],
    ['without tensors', { ...base, tensors: [] }, true, 0],
    [
      'without tensors but with bytes after the header',
      { ...base, tensors: [], trailing: new Uint8Array(9) },
      true,
      9,
    ],
  ])('%s is told apart', async (_, spec, padded, trailing) => {
    const bytes = buildGguf(spec);
    const header = await read(bytes);
    expect([isLastPadded(header), trailingBytes(header)]).toEqual([padded, trailing]);
    expect(rebuild(header, bytes)).toEqual(bytes);
  });
});

describe('Any file that is read and written again', () => {
  it('is the same byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(fixtureSpecs(), async (spec) => {
        const bytes = buildGguf(spec);
        const header = await read(bytes);
        expect(header.entries.slice(0, spec.entries.length)).toEqual(
          spec.entries.map(({ key, value: { type, bytes: encoded } }) => ({ key, type, bytes: encoded })),
        );
        expect(rebuild(header, bytes)).toEqual(bytes);
      }),
      { numRuns: 200 },
    );
  });
});

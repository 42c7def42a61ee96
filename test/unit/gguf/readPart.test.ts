import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readPart, type GgufPart } from '../../../src/gguf/index.js';
import {
  buildGguf,
  randomBytes,
  tinyLlama,
  value,
  writeTemp,
  type FixtureSpec,
} from '../../fixtures/buildGguf.js';

function read(spec: FixtureSpec): Promise<GgufPart> {
  return readPart(writeTemp(buildGguf(spec)));
}

const NAME = { key: 'general.name', value: value.string('a model') };
const f32 = (name: string, count: number) => ({
  name,
  dimensions: [count],
  type: 0,
  payload: randomBytes(count, 4 * count),
});

describe('readPart', () => {
  it.each([2, 3])('reads version %i', async (version) => {
    const header = await read({ version, entries: [NAME], tensors: [f32('a', 3)] });
    expect(header.version).toBe(version);
    expect(header.entries).toEqual([{ key: 'general.name', type: 8, bytes: NAME.value.bytes }]);
    expect(header.tensors).toEqual([{ name: 'a', dimensions: [3], type: 0, offset: 0, bytes: 12 }]);
  });

  it('reads all keys and tensors of a model in file order', async () => {
    const spec = tinyLlama({ blocks: 3, tied: true });
    const header = await read(spec);
    expect(header.entries.map(({ key }) => key)).toEqual(spec.entries.map(({ key }) => key));
    expect(header.tensors.map(({ name }) => name)).toEqual(spec.tensors.map(({ name }) => name));
    expect(header.tensors.map(({ bytes }) => bytes)).toEqual(
      spec.tensors.map(({ payload }) => payload.length),
    );
  });

  it('finds the payload of each tensor', async () => {
    const { tensors } = tinyLlama({ blocks: 2 });
    const bytes = buildGguf({ entries: [NAME], tensors, alignment: 64 });
    const header = await readPart(writeTemp(bytes));
    const found = header.tensors.map((tensor) => {
      const start = header.dataOffset + tensor.offset;
      return bytes.slice(start, start + tensor.bytes);
    });
    expect(found).toEqual(tensors.map(({ payload }) => payload));
  });

  it.each([1, 8, 32, 4096, 2_097_152])('uses an alignment of %i', async (alignment) => {
    const header = await read({ alignment, entries: [NAME], tensors: [f32('a', 3), f32('b', 3)] });
    expect(header.alignment).toBe(alignment);
    expect(header.dataOffset % alignment).toBe(0);
    expect(header.tensors[1]?.offset).toBe(Math.max(12, alignment === 8 ? 16 : alignment));
  });

  it('keeps strings that are not UTF-8 and bools that are neither 0 nor 1', async () => {
    const odd = { key: 'odd', value: value.string(Uint8Array.of(0xff, 0, 0xc3)) };
    const truth = { key: 'truth', value: value.bool(7) };
    const header = await read({ entries: [odd, truth], tensors: [] });
    expect(header.entries.map(({ bytes }) => bytes)).toEqual([odd.value.bytes, truth.value.bytes]);
  });

  it('keeps arrays nested up to four deep, empty ones included', async () => {
    const inner = value.array(9, [value.array(8, [value.string('x')]), value.array(4, [])]);
    const nested = value.array(9, [value.array(9, [inner, inner]), value.array(9, [])]);
    const header = await read({ entries: [{ key: 'k', value: nested }], tensors: [] });
    expect(header.entries[0]?.bytes).toEqual(nested.bytes);
  });

  it('keeps a byte order mark in a key', async () => {
    const header = await read({ entries: [{ ...NAME, key: '\ufeffkey' }], tensors: [] });
    expect(header.entries[0]?.key).toBe('\ufeffkey');
  });

  it('takes a tensor without dimensions for a single element', async () => {
    const scalar = { name: 's', dimensions: [], type: 0, payload: randomBytes(1, 4) };
    const header = await read({ entries: [NAME], tensors: [scalar] });
    expect(header.tensors[0]).toMatchObject({ dimensions: [], bytes: 4 });
  });

  it('reads a file without tensors, whose data starts where the header ends', async () => {
    const bytes = buildGguf({ entries: [NAME], tensors: [] });
    const header = await readPart(writeTemp(bytes));
    expect(header).toMatchObject({ tensors: [], dataOffset: bytes.length, fileBytes: bytes.length });
  });

  it('accepts a last tensor without padding', async () => {
    const header = await read({ entries: [NAME], tensors: [f32('a', 3)], padLast: false });
    expect(header.fileBytes).toBe(header.dataOffset + 12);
  });

  it('reads strings across the borders of the chunks it loads', async () => {
    const strings = Array.from({ length: 60_000 }, (_, index) => 't'.repeat(index % 91));
    const tokens = value.array(8, strings.map(value.string));
    expect(tokens.bytes.length).toBeGreaterThan(3 * 1024 * 1024);
    const header = await read({
      entries: [NAME, { key: 'tokens', value: tokens }, { ...NAME, key: 'z' }],
      tensors: [],
    });
    expect(Buffer.compare(header.entries[1]?.bytes ?? new Uint8Array(), tokens.bytes)).toBe(0);
    expect(header.entries[2]?.bytes).toEqual(NAME.value.bytes);
  });

  it('reads a string of more than one chunk', async () => {
    const long = value.string(randomBytes(3, 1_500_000));
    const header = await read({
      entries: [{ key: 'k', value: value.array(8, [long, long]) }, NAME],
      tensors: [],
    });
    expect(header.entries[0]?.bytes.length).toBe(4 + 8 + 2 * long.bytes.length);
    expect(header.entries[1]?.bytes).toEqual(NAME.value.bytes);
  });
});

describe('readPart, given something that is no readable file,', () => {
  const folder = dirname(writeTemp(new Uint8Array(0)));

  it('says that there is no such file', async () => {
    await expect(readPart(join(folder, 'no\u0007ne.gguf'))).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      message: `There is no file ${folder}/no\\u0007ne.gguf. Check the path.`,
    });
  });

  it('says that a folder is not a file', async () => {
    await expect(readPart(folder)).rejects.toMatchObject({
      code: 'FILE_NOT_READABLE',
      message: `${folder} is not a file. Name a GGUF file.`,
    });
  });

  // Root may read everything.
  const itUnlessRoot = process.getuid?.() === 0 ? it.skip : it;
  itUnlessRoot('says that permission is missing', async () => {
    const path = writeTemp(new Uint8Array(100));
    chmodSync(path, 0o000);
    await expect(readPart(path)).rejects.toMatchObject({
      code: 'FILE_NOT_READABLE',
      message: `You have no permission to read ${path}. A file that you may read is needed.`,
    });
  });

  it('does not wait for a pipe', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await expect(readPart(pipe)).rejects.toMatchObject({ code: 'FILE_NOT_READABLE' });
  });

  it('says that a path through a file leads nowhere', async () => {
    await expect(readPart(join(folder, 'model.gguf', 'x'))).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
  });

  it('refuses a path that the system cannot take', async () => {
    await expect(readPart('a\0b')).rejects.toMatchObject({
      code: 'FILE_NOT_READABLE',
      message: 'a\\u0000b could not be read (ERR_INVALID_ARG_VALUE).',
    });
  });
});

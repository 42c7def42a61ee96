import { truncateSync } from 'node:fs';
import { FileCursor } from '../../../src/gguf/cursor.js';
import { openFile, type OpenFile } from '../../../src/gguf/openFile.js';
import { concat, little, text } from '../../fixtures/ggufBytes.js';
import { writeTemp } from '../../fixtures/buildGguf.js';

const MIB = 1024 * 1024;

/** A file of `bytes` bytes that starts with `content` and notes which parts of it are read. */
function pretendFile(content: Uint8Array, bytes: number): { file: OpenFile; reads: [number, number][] } {
  const reads: [number, number][] = [];
  const fill = (target: Uint8Array, position: number) => {
    reads.push([position, target.length]);
    target.set(content.subarray(position, position + target.length));
    return Promise.resolve();
  };
  return { file: { modified: 0, path: 'pretend.gguf', bytes, fill, close: () => Promise.resolve() }, reads };
}

describe('The cursor', () => {
  it('loads one MiB for a small header in a large file', async () => {
    const { file, reads } = pretendFile(little(7, 4), 2 ** 40);
    const cursor = new FileCursor(file);
    expect(await cursor.readUint32()).toBe(7);
    await cursor.skip(1000);
    expect(reads).toEqual([[0, MIB]]);
  });

  it('doubles what is loaded, without reading anything twice', async () => {
    const { file, reads } = pretendFile(new Uint8Array(0), 2 ** 40);
    const cursor = new FileCursor(file);
    await cursor.skip(1);
    await cursor.skip(MIB);
    await cursor.skip(2 * MIB);
    expect(reads).toEqual([
      [0, MIB],
      [MIB, MIB],
      [2 * MIB, 2 * MIB],
    ]);
  });

  it('loads no more than the file has', async () => {
    const { file, reads } = pretendFile(text('short'), 13);
    await new FileCursor(file).skipStrings(1);
    expect(reads).toEqual([[0, 13]]);
  });

  it('loads nothing for a length beyond the end of the file', async () => {
    const { file, reads } = pretendFile(new Uint8Array(0), 5000);
    const cursor = new FileCursor(file);
    await expect(cursor.skip(5001, 'a blob')).rejects.toMatchObject({
      code: 'GGUF_DAMAGED',
      message: expect.stringContaining('a blob cannot fit in the 5,000 bytes left') as string,
    });
    expect(reads).toEqual([]);
  });

  it('loads nothing for a header of more than 256 MiB', async () => {
    const { file, reads } = pretendFile(new Uint8Array(0), 2 ** 40);
    const cursor = new FileCursor(file);
    cursor.enter('the metadata', 'key 1 of 2');
    await expect(cursor.skip(256 * MIB + 1)).rejects.toMatchObject({
      code: 'GGUF_UNSUPPORTED',
      message:
        'pretend.gguf cannot be used: the header goes on to byte 268,435,457 (key 1 of 2, at byte 0). ' +
        'Headers of up to 268,435,456 bytes can be read.',
    });
    expect(reads).toEqual([]);
  });

  it('stands behind the last of several strings', async () => {
    const content = concat(text('one'), text(''), text('three'), little(99, 4));
    const cursor = new FileCursor(pretendFile(content, content.length).file);
    await cursor.skipStrings(3);
    expect(cursor.position).toBe(content.length - 4);
    expect(await cursor.readUint32()).toBe(99);
  });
});

describe('An open file', () => {
  it('reports that it became shorter', async () => {
    const path = writeTemp(new Uint8Array(100));
    const file = await openFile(path);
    truncateSync(path, 60);
    await expect(file.fill(new Uint8Array(100), 0)).rejects.toMatchObject({
      code: 'FILE_CHANGED',
      message: expect.stringMatching(/^model\.gguf became shorter .* byte 60\./) as string,
    });
    await file.close();
  });

  it('reports that it cannot be read', async () => {
    const file = await openFile(writeTemp(new Uint8Array(100)));
    await file.close();
    await expect(file.fill(new Uint8Array(100), 0)).rejects.toMatchObject({ code: 'FILE_NOT_READABLE' });
  });
});

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readHeader } from '../../../src/gguf/index.js';
import { hashSource } from '../../../src/run/hashSource.js';
import { buildGguf, writeTemp } from '../../fixtures/buildGguf.js';
import { smallModel } from '../../fixtures/smallModel.js';
import { splitSpec, writeParts } from '../../fixtures/splitModel.js';

const MODEL = smallModel({ blocks: 3 });
const sha256 = (content: Uint8Array | string) => createHash('sha256').update(content).digest('hex');

describe('The hash of a model', () => {
  it('is that of its file', async () => {
    const bytes = buildGguf(MODEL);
    const hash = sha256(bytes);
    expect(await hashSource(await readHeader(writeTemp(bytes)))).toEqual({ sha256: hash, parts: [hash] });
  });

  it('is, of a split one, that of the hashes of its parts', async () => {
    const paths = writeParts(splitSpec(MODEL, [2, 5]));
    const parts = paths.map((path) => sha256(readFileSync(path)));
    const header = await readHeader(paths[0]);
    expect(await hashSource(header)).toEqual({ sha256: sha256(parts.join('')), parts });
  });

  it('tells how much of all parts is hashed', async () => {
    const header = await readHeader(writeParts(splitSpec(MODEL, [2, 5]))[0]);
    const progress: number[] = [];
    await hashSource(header, { onHashed: (bytes) => progress.push(bytes) });
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(progress.at(-1)).toBe(header.fileBytes);
  });

  it('is not found when the work is cancelled', async () => {
    const header = await readHeader(writeTemp(buildGguf(MODEL)));
    await expect(hashSource(header, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });
});

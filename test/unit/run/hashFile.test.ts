import { createHash } from 'node:crypto';
import { hashFile } from '../../../src/run/hashFile.js';
import { randomBytes, writeTemp } from '../../fixtures/buildGguf.js';
import { largeTensor } from '../../fixtures/smallModel.js';

describe('The hash of a file', () => {
  it.each([
    ['nothing', '', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['"abc"', 'abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ])('with %s in it is its SHA-256 in hexadecimal digits', async (_, content, hash) => {
    expect(await hashFile(writeTemp(new TextEncoder().encode(content)))).toBe(hash);
  });

  it('is that of the whole file where it is larger than what is read at once', async () => {
    const { payload } = largeTensor('a');
    const progress: number[] = [];
    const hash = await hashFile(writeTemp(payload), { onHashed: (bytes) => progress.push(bytes) });
    expect(hash).toBe(createHash('sha256').update(payload).digest('hex'));
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(progress.length).toBeGreaterThan(1);
    expect(progress.at(-1)).toBe(payload.length);
  });

  it('is not found when the work is cancelled, before or meanwhile', async () => {
    const cancelled = { name: 'PruneError', code: 'CANCELLED', message: 'Cancelled.' };
    const path = writeTemp(largeTensor('a').payload);
    await expect(hashFile(path, { signal: AbortSignal.abort() })).rejects.toMatchObject(cancelled);
    const controller = new AbortController();
    let calls = 0;
    const onHashed = () => {
      calls += 1;
      controller.abort();
    };
    await expect(hashFile(path, { signal: controller.signal, onHashed })).rejects.toMatchObject(cancelled);
    expect(calls).toBe(1);
  });

  it('of a file that is gone is refused', async () => {
    const path = `${writeTemp(randomBytes(1, 10))}.gone`;
    await expect(hashFile(path)).rejects.toThrow();
  });
});

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openStore } from '../../../src/run/store.js';
import { makeFolder } from '../../fixtures/makeFolder.js';

const value = { step: 3, list: [Float32Array.of(1, 2, 3)], text: 'a' };

describe('A value that is kept', () => {
  it('is found again under the same settings, and under no others', async () => {
    const folder = path.join(makeFolder(), 'kept');
    const store = openStore<typeof value>(folder, 'kind', { model: 'a' });
    expect(await store.read()).toBeUndefined();
    await store.write(value);
    expect(await store.read()).toEqual(value);
    expect(await openStore(folder, 'kind', { model: 'a' }).read()).toEqual(value);
    expect(await openStore(folder, 'kind', { model: 'b' }).read()).toBeUndefined();
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('is forgotten where it is to be made afresh, until it is', async () => {
    const folder = makeFolder();
    await openStore(folder, 'kind', {}).write(value);
    const fresh = openStore(folder, 'kind', {}, true);
    expect(await fresh.read()).toBeUndefined();
    await fresh.write({ ...value, step: 4 });
    expect(await fresh.read()).toMatchObject({ step: 4 });
  });

  it.each(['cut off', 'something else'])('is made anew where its file is %s', async (how) => {
    const folder = makeFolder();
    await openStore(folder, 'kind', {}).write(value);
    const file = path.join(folder, readdirSync(folder)[0] ?? '');
    writeFileSync(file, how === 'cut off' ? readFileSync(file).subarray(0, 40) : 'text');
    expect(await openStore(folder, 'kind', {}).read()).toBeUndefined();
  });

  it('says where it cannot be kept', async () => {
    const file = path.join(makeFolder(), 'file');
    writeFileSync(file, '');
    await expect(openStore(path.join(file, 'in'), 'kind', {}).write(value)).rejects.toMatchObject({
      code: 'OUTPUT',
      message: expect.stringMatching(/PRUNE_GGUF_CACHE/) as string,
    });
  });
});

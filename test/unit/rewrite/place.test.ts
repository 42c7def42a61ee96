import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { placeFiles, type Placement } from '../../../src/rewrite/place.js';
import { makeFolder } from '../../fixtures/makeFolder.js';

/** Finished files `new0`, `new1`, … under temporary names, and where they go. */
function makeFiles(count: number): { readonly folder: string; readonly files: readonly Placement[] } {
  const folder = makeFolder();
  const files = Array.from({ length: count }, (_, index) => {
    const final = join(folder, `f${index}`);
    writeFileSync(`${final}.part`, `new${index}`);
    return { partial: `${final}.part`, final, shown: `shown f${index}` };
  });
  return { folder, files };
}

const read = (folder: string) =>
  Object.fromEntries(
    readdirSync(folder)
      .filter((name) => /^f\d$/.test(name))
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );

describe('Files that get their names', () => {
  it.each([true, false])('are all there (overwrite: %p)', async (overwrite) => {
    const { folder, files } = makeFiles(3);
    await placeFiles(files, overwrite);
    expect(read(folder)).toEqual({ f0: 'new0', f1: 'new1', f2: 'new2' });
  });

  it('replace what is there with overwrite, and leave nothing of it', async () => {
    const { folder, files } = makeFiles(3);
    writeFileSync(files[1]!.final, 'old1');
    await placeFiles(files, true);
    expect(read(folder)).toEqual({ f0: 'new0', f1: 'new1', f2: 'new2' });
    expect(readdirSync(folder).filter((name) => name.endsWith('.old'))).toEqual([]);
  });

  it.each([0, 1, 2])('are none where name %i is taken, which stays', async (taken) => {
    const { folder, files } = makeFiles(3);
    writeFileSync(files[taken]!.final, 'old');
    await expect(placeFiles(files, false)).rejects.toMatchObject({
      code: 'OUTPUT',
      message: `The output shown f${taken} appeared while it was being written. It was left as it is.`,
    });
    expect(read(folder)).toEqual({ [`f${taken}`]: 'old' });
  });

  it.each([0, 1, 2])(
    'give way to what was there before when file %i cannot get its name',
    async (missing) => {
      const { folder, files } = makeFiles(3);
      for (const { final } of files) writeFileSync(final, 'old');
      const broken = files.map((file, index) =>
        index === missing ? { ...file, partial: join(folder, 'none') } : file,
      );
      await expect(placeFiles(broken, true)).rejects.toBeDefined();
      expect(read(folder)).toEqual({ f0: 'old', f1: 'old', f2: 'old' });
      expect(readdirSync(folder).filter((name) => name.endsWith('.old'))).toEqual([]);
    },
  );
});

import { rmSync } from 'node:fs';
import { mkdtemp, rm, stat, statfs } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { PruneError } from '../../errors.js';
import { escapeUnsafe } from '../../gguf/index.js';
import { formatBytes } from '../../report/index.js';

/** A folder for files that are removed at the end. */
export interface WorkFolder {
  readonly path: string;
  /** @throws PruneError OUTPUT when less is free */
  checkSpace(needed: number): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Makes a temporary folder, in the folder that files are kept in where there is one. It also goes when the process ends
 * before the work does.
 * @throws PruneError OUTPUT
 */
export async function makeWorkFolder(keep: string | undefined): Promise<WorkFolder> {
  const place = keep ?? os.tmpdir();
  const folder = await makeInside(place, keep !== undefined);
  const removeNow = () => {
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', removeNow);
  return {
    path: folder,
    async checkSpace(needed) {
      const { bavail, bsize } = await statfs(folder);
      const free = bavail * bsize;
      if (free >= needed) return;
      const elsewhere = keep === undefined ? 'set TMPDIR' : 'name another --keep folder';
      throw new PruneError(
        'OUTPUT',
        `The disk is too full: the files to compare may take ${formatBytes(needed)}, and ${formatBytes(free)} are free in ` +
          `${escapeUnsafe(place)}. Compare fewer --types, or ${elsewhere}.`,
      );
    },
    async remove() {
      process.off('exit', removeNow);
      // a child process that was ended may still be closing its file
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function makeInside(place: string, isNamed: boolean): Promise<string> {
  try {
    if (!(await stat(place)).isDirectory()) throw new Error('It is no folder.');
    return await mkdtemp(path.join(place, 'prune-gguf-compare-'));
  } catch (cause) {
    const name = isNamed ? `--keep ${escapeUnsafe(place)}` : escapeUnsafe(place);
    const advice = isNamed ? 'Name a folder that exists.' : 'Set TMPDIR to a folder that can be written.';
    throw new PruneError('OUTPUT', `Files cannot be made in ${name}. ${advice}`, { cause });
  }
}

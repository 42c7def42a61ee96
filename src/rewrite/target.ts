import { constants } from 'node:fs';
import { access, lstat, stat } from 'node:fs/promises';
import path from 'node:path';
import { PruneError } from '../errors.js';
import { escapeUnsafe } from '../gguf/index.js';
import { describeWriteFailure } from './failure.js';

/**
 * Refuses a target before any work is done for it.
 * @throws PruneError OUTPUT when the target is the source, is no plain file, exists without `overwrite`, or cannot be
 *   written
 */
export async function checkTarget(source: string, target: string, overwrite: boolean): Promise<void> {
  const label = escapeUnsafe(target);
  await checkFolder(target);
  const present = await findPresent(target);
  if (present === undefined) return;

  const from = await stat(source).catch(() => undefined);
  if (present.dev === from?.dev && present.ino === from.ino) {
    throw new PruneError('OUTPUT', `The output ${label} is the model itself. Choose another name with -o.`);
  }
  if (!present.isFile()) {
    const what = present.isDirectory()
      ? 'a folder'
      : present.isSymbolicLink()
        ? 'a link to nothing'
        : 'no plain file';
    throw new PruneError('OUTPUT', `The output ${label} is ${what}. Name a file with -o.`);
  }
  if (!overwrite) {
    throw new PruneError(
      'OUTPUT',
      `The output ${label} exists already. Pass --overwrite to replace it, or -o to choose another name.`,
    );
  }
}

async function findPresent(target: string) {
  try {
    return await stat(target);
  } catch {
    return lstat(target).catch(() => undefined); // a dangling link, or nothing
  }
}

async function checkFolder(target: string): Promise<void> {
  const folder = path.dirname(path.resolve(target));
  try {
    if (!(await stat(folder)).isDirectory()) {
      throw new PruneError('OUTPUT', `The folder of ${escapeUnsafe(target)} is not a folder.`);
    }
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw describeWriteFailure(cause, target);
  }
}

import { constants } from 'node:fs';
import { access, lstat, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { PruneError } from '../errors.js';
import { escapeUnsafe, partPattern } from '../gguf/index.js';
import { describeWriteFailure } from './failure.js';

/** A file that is read, and what it is, for messages: `the model`. */
export interface SourceFile {
  readonly path: string;
  readonly noun: string;
}

/** An option that names a file to be written. */
export type TargetOption = '-o' | '--adapter';

/**
 * The files that a target may turn out to be before its plan is known: with a limit to the size of a file, also parts,
 * of which those that exist are listed, however many there were to be.
 */
export async function findPossibleTargets(
  target: string,
  limit: number | undefined,
): Promise<readonly string[]> {
  if (limit === undefined) return [target];
  const folder = path.dirname(target);
  const pattern = partPattern(target);
  const names = await readdir(folder).catch(() => []); // what is wrong with the folder is told by `checkTarget`
  const parts = names.filter((name) => pattern.test(name) && name !== path.basename(target));
  return [target, ...parts.map((name) => path.join(folder, name))];
}

/**
 * Refuses a target before any work is done for it.
 * @throws PruneError OUTPUT when the target is one of the sources, is no plain file, exists without `overwrite`, or cannot be
 *   written; USAGE when it has no name
 */
export async function checkTarget(
  sources: readonly SourceFile[],
  target: string,
  overwrite: boolean,
  option: TargetOption = '-o',
): Promise<void> {
  if (target === '') throw new PruneError('USAGE', `${option} needs the name of a file.`);
  const label = escapeUnsafe(target);
  await checkFolder(target);
  const present = await findPresent(target);
  if (present === undefined) return;

  for (const source of sources) {
    const from = await stat(source.path).catch(() => undefined);
    if (present.dev === from?.dev && present.ino === from.ino) {
      throw new PruneError(
        'OUTPUT',
        `The output ${label} is ${source.noun} itself. Choose another name with ${option}.`,
      );
    }
  }
  if (!present.isFile()) {
    const what = present.isDirectory()
      ? 'a folder'
      : present.isSymbolicLink()
        ? 'a link to nothing'
        : 'no plain file';
    throw new PruneError('OUTPUT', `The output ${label} is ${what}. Give the name of a file.`);
  }
  if (!overwrite) {
    throw new PruneError(
      'OUTPUT',
      `The output ${label} exists already. Pass --overwrite to replace it, or ${option} to choose another name.`,
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

import { PruneError } from '../errors.js';
import { escapeUnsafe } from '../gguf/index.js';

/** The code of a system error, e.g. ENOSPC; undefined for anything else. */
export function findSystemCode(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
}

/** A system error that writing `target` ran into, in a sentence; anything else as it is. */
export function describeWriteFailure(cause: unknown, target: string): unknown {
  if (cause instanceof PruneError) return cause;
  const label = escapeUnsafe(target);
  const sentences = new Map([
    ['ENOSPC', `The disk is full: ${label} was not written.`],
    ['EDQUOT', `The disk quota is used up: ${label} was not written.`],
    ['EFBIG', `${label} is larger than this filesystem or session allows.`],
    ['EACCES', `There is no permission to write ${label}. Choose another place with -o.`],
    ['EPERM', `There is no permission to write ${label}. Choose another place with -o.`],
    ['EROFS', `${label} is on a read-only filesystem. Choose another place with -o.`],
    ['ENOENT', `The folder of ${label} does not exist.`],
    ['ENOTDIR', `The folder of ${label} is not a folder.`],
    [
      'ENAMETOOLONG',
      `The name of the output is too long for this filesystem: ${label}. Choose another with -o.`,
    ],
    ['EEXIST', `The output ${label} appeared while it was being written. It was left as it is.`],
  ]);
  const sentence = sentences.get(findSystemCode(cause) ?? '');
  return sentence === undefined ? cause : new PruneError('OUTPUT', sentence, { cause });
}

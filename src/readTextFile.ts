import { readFile } from 'node:fs/promises';
import { PruneError } from './errors.js';
import { escapeUnsafe } from './gguf/index.js';

/**
 * Reads the bytes of a file that a user named.
 * @throws PruneError FILE_NOT_FOUND, FILE_NOT_READABLE
 */
export async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
    const label = escapeUnsafe(file);
    if (code === 'ENOENT') throw new PruneError('FILE_NOT_FOUND', `There is no file ${label}.`, { cause });
    throw new PruneError('FILE_NOT_READABLE', `${label} cannot be read.`, { cause });
  }
}

/**
 * Reads a file that a user named as UTF-8 text, without the mark that some editors put in front.
 * @param wanted what the file may be, as a sentence; it ends the message
 * @throws PruneError FILE_NOT_FOUND, FILE_NOT_READABLE; `code` when it is not UTF-8
 */
export async function readTextFile(
  file: string,
  code: 'CALIBRATION' | 'DATA',
  wanted: string,
): Promise<string> {
  const bytes = await readBytes(file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new PruneError(code, `${escapeUnsafe(file)} is not UTF-8 text. ${wanted}`, { cause });
  }
}

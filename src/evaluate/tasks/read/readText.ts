import { readFile } from 'node:fs/promises';
import { PruneError } from '../../../errors.js';
import { escapeUnsafe } from '../../../gguf/index.js';

/**
 * Reads a data file as UTF-8 text, without the mark that some editors put in front.
 * @throws PruneError FILE_NOT_FOUND, FILE_NOT_READABLE, DATA when it is not UTF-8 or blank
 */
export async function readText(file: string): Promise<string> {
  let text: string;
  const bytes = await readBytes(file);
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new PruneError(
      'DATA',
      `${escapeUnsafe(file)} is not UTF-8 text. Questions are read from UTF-8 text (.jsonl, .json, .csv, .txt) or .parquet.`,
      { cause },
    );
  }
  if (text.trim() !== '') return text;
  throw new PruneError('DATA', `${escapeUnsafe(file)} is empty. It must hold at least one question.`);
}

/**
 * Reads the bytes of a data file.
 * @throws PruneError FILE_NOT_FOUND, FILE_NOT_READABLE
 */
export async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT')
      throw new PruneError('FILE_NOT_FOUND', `There is no file ${escapeUnsafe(file)}.`, { cause });
    throw new PruneError('FILE_NOT_READABLE', `${escapeUnsafe(file)} cannot be read.`, { cause });
  }
}

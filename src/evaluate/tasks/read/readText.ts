import { PruneError } from '../../../errors.js';
import { escapeUnsafe } from '../../../gguf/index.js';
import { readTextFile } from '../../../readTextFile.js';

/**
 * Reads a data file as UTF-8 text.
 * @throws PruneError FILE_NOT_FOUND, FILE_NOT_READABLE, DATA when it is not UTF-8 or blank
 */
export async function readText(file: string): Promise<string> {
  const wanted = 'Questions are read from UTF-8 text (.jsonl, .json, .csv, .txt) or .parquet.';
  const text = await readTextFile(file, 'DATA', wanted);
  if (text.trim() !== '') return text;
  throw new PruneError('DATA', `${escapeUnsafe(file)} is empty. It must hold at least one question.`);
}

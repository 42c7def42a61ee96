import { extname } from 'node:path';
import { PruneError } from '../../../errors.js';
import { escapeUnsafe } from '../../../gguf/index.js';
import type { Row } from '../rows.js';
import type { DataFile } from './dataFile.js';
import { readHellaswagText } from './readHellaswagText.js';
import { readJsonl } from './readJsonl.js';

export interface RowFormats {
  /** Names of the columns of csv files that have no header. */
  readonly csvColumns?: readonly string[] | undefined;
  /** Whether .txt files are HellaSwag as llama.cpp reads it. */
  readonly hellaswagText?: boolean | undefined;
  /** Whether .csv files are known to the task at all. */
  readonly csv?: boolean | undefined;
}

/**
 * Reads a data file by the form that its name states.
 * @throws PruneError DATA and those of reading
 */
export async function readRows(file: DataFile, formats: RowFormats): Promise<readonly Row[]> {
  const extension = extname(file.path).toLowerCase();
  if (extension === '.jsonl' || extension === '.json') return readJsonl(file);
  // what reads these is loaded by those alone who have such files
  if (extension === '.parquet') return (await import('./readParquet.js')).readParquet(file);
  if (extension === '.csv' && formats.csv === true)
    return (await import('./readCsv.js')).readCsv(file, formats.csvColumns);
  if (extension === '.txt' && formats.hellaswagText === true) return readHellaswagText(file);
  const known = ['.jsonl', '.json', '.parquet'];
  if (formats.csv === true) known.push('.csv');
  if (formats.hellaswagText === true) known.push('.txt');
  throw new PruneError(
    'DATA',
    `${escapeUnsafe(file.path)} is of a kind that these questions are not read from. Valid are ${known.join(', ')}.`,
  );
}

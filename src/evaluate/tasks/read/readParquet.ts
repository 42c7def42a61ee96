import { parquetReadObjects } from 'hyparquet';
import { PruneError } from '../../../errors.js';
import { escapeUnsafe } from '../../../gguf/index.js';
import type { Row } from '../rows.js';
import type { DataFile } from './dataFile.js';
import { readBytes } from '../../../readTextFile.js';

/**
 * Reads an Apache Parquet file, uncompressed or compressed with Snappy as Hugging Face writes it.
 * @throws PruneError DATA when it is none or is damaged, and those of reading
 */
export async function readParquet({ path, label, group }: DataFile): Promise<readonly Row[]> {
  const bytes = await readBytes(path);
  const content = new Uint8Array(bytes).buffer;
  const file = {
    byteLength: content.byteLength,
    slice: (start: number, end?: number) => content.slice(start, end),
  };
  let objects: Readonly<Record<string, unknown>>[];
  try {
    objects = await parquetReadObjects({ file });
  } catch (cause) {
    const detail = cause instanceof Error ? escapeUnsafe(cause.message) : '';
    throw new PruneError(
      'DATA',
      `${escapeUnsafe(path)} cannot be read as parquet: ${detail}. It must be a whole Apache Parquet file, uncompressed or ` +
        'compressed with Snappy. If it was downloaded, remove it, so that it is fetched again.',
      { cause },
    );
  }
  if (objects.length === 0)
    throw new PruneError('DATA', `${escapeUnsafe(path)} has no rows. It must hold at least one question.`);
  return objects.map((fields, i) => ({ place: { label, unit: 'row', number: i + 1 }, fields, group }));
}

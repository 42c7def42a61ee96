import { escapeUnsafe } from '../../../gguf/index.js';
import { badRow, type Place, type Row } from '../rows.js';
import type { DataFile } from './dataFile.js';
import { readText } from './readText.js';

/**
 * Reads JSON lines: one object a line. Lines that are blank hold no row and are passed over.
 * @throws PruneError DATA and those of reading
 */
export async function readJsonl({ path, label, group }: DataFile): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const [index, line] of (await readText(path)).split('\n').entries()) {
    if (line.trim() === '') continue;
    const place: Place = { label, unit: 'line', number: index + 1 };
    rows.push({ place, fields: parseObject(line, place), group });
  }
  return rows;
}

function parseObject(line: string, place: Place): Readonly<Record<string, unknown>> {
  const valid = 'Each line must be one JSON object.';
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    const detail = cause instanceof Error ? escapeUnsafe(cause.message) : '';
    throw badRow(place, `is not valid JSON (${detail})`, valid);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw badRow(place, 'is JSON, but no object', valid);
}

import { CsvError } from 'csv-parse';
import { parse } from 'csv-parse/sync';
import { PruneError } from '../../../errors.js';
import { badRow, type Place, type Row } from '../rows.js';
import type { DataFile } from './dataFile.js';
import { readText } from './readText.js';

/** What csv-parse gives with `raw`. */
interface RawRecord {
  readonly raw: string;
  readonly record: readonly string[];
}

/**
 * Reads comma-separated values. Where `columns` is given the file has no header and its columns have those names;
 * otherwise its first record names them. A row stands on the line that it begins on.
 *
 * @throws PruneError DATA (a wrong number of columns, a quote that is not closed) and those of reading
 */
export async function readCsv(file: DataFile, columns?: readonly string[]): Promise<readonly Row[]> {
  const records = placeRecords(
    parseRecords((await readText(file.path)).replaceAll('\r\n', '\n'), file),
    file,
  );
  const names = columns ?? records[0]?.cells ?? [];
  return records.slice(columns === undefined ? 1 : 0).map(({ place, cells }) => {
    if (cells.length !== names.length) {
      const valid = `Each row must have ${names.length}: ${names.map((name) => (name === '' ? 'a number' : name)).join(', ')}.`;
      throw badRow(place, `has ${cells.length} ${cells.length === 1 ? 'column' : 'columns'}`, valid);
    }
    const fields = Object.fromEntries(names.map((name, i) => [name, cells[i]]));
    return { place, fields, group: file.group };
  });
}

function parseRecords(text: string, { label }: DataFile): readonly RawRecord[] {
  try {
    // the records in full, so that lines can be counted, with columns counted by readCsv, which knows their names
    return parse(text, {
      raw: true,
      relax_column_count: true,
      skip_empty_lines: true,
      record_delimiter: '\n',
    }) as unknown as RawRecord[];
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const number = typeof cause['lines'] === 'number' ? cause['lines'] : 1;
    throw new PruneError(
      'DATA',
      `${badRow({ label, unit: 'line', number }, 'is no valid CSV', '').message}A quote begins at the start of a value, ends at its end, and is doubled within.`,
      { cause },
    );
  }
}

function placeRecords(records: readonly RawRecord[], { label }: DataFile) {
  let line = 1;
  return records.map(({ raw, record }) => {
    // blank lines before a record belong to its raw text
    const before = /^\n*/.exec(raw)?.[0].length ?? 0;
    const place: Place = { label, unit: 'line', number: line + before };
    line += raw.split('\n').length - 1;
    return { place, cells: record };
  });
}

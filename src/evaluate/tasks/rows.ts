import { PruneError } from '../../errors.js';
import { escapeUnsafe, quoteName } from '../../gguf/index.js';

/** Where a row stands: a file, and a line of it (of a parquet file, a row), counted from 1. */
export interface Place {
  /** The file as messages and ids name it. */
  readonly label: string;
  readonly unit: 'line' | 'row';
  readonly number: number;
}

/** A row of a data file: named fields whose types are yet to be checked. */
export interface Row {
  readonly place: Place;
  readonly fields: Readonly<Record<string, unknown>>;
  /** What the file as a whole is about, such as the subject that its name states. */
  readonly group: string | undefined;
}

/** The place for a message that begins with it: `Line 7 of valid.jsonl`. */
export function namePlace({ label, unit, number }: Place): string {
  return `${unit === 'line' ? 'Line' : 'Row'} ${number} of ${escapeUnsafe(label)}`;
}

/** The place as the id of a question: `valid.jsonl:7`. */
export function makeId({ label, number }: Place): string {
  return `${label}:${number}`;
}

/** An error about a row. `what` goes on after the place: `has no "goal"`; `valid` is a sentence. */
export function badRow(place: Place, what: string, valid: string): PruneError {
  return new PruneError('DATA', `${namePlace(place)} ${what}. ${valid}`);
}

/** A value from a file for a message, cut when it is long. */
export function showValue(value: unknown): string {
  if (typeof value === 'string') return quoteName(value);
  if (typeof value === 'bigint') return value.toString();
  const text = (JSON.stringify(value) as string | undefined) ?? 'nothing';
  return text.length > 64 ? `${escapeUnsafe(text.slice(0, 64))}…` : escapeUnsafe(text);
}

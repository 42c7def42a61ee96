import { quoteName } from '../../gguf/index.js';
import { badRow, showValue, type Row } from './rows.js';

/** Fields of a row by name, checked. Each throws PruneError DATA that names the row and what would be valid. */

/** A text that is not blank. */
export function getText(row: Row, name: string): string {
  const text = getAnyText(row, name);
  if (text.trim() !== '') return text;
  throw badRow(row.place, `has a blank ${quoteName(name)}`, 'It must be a text.');
}

/** A text that may be blank. */
export function getAnyText(row: Row, name: string): string {
  const value = row.fields[name];
  if (typeof value === 'string') return value;
  if (value === undefined || value === null)
    throw badRow(row.place, `has no ${quoteName(name)}`, 'It must be a text.');
  throw badRow(row.place, `has ${showValue(value)} as ${quoteName(name)}`, 'It must be a text.');
}

/** A list of texts that are not blank: exactly `count` of them where that is given, otherwise two or more. */
export function getTexts(row: Row, name: string, count?: number, blank = false): readonly string[] {
  return checkTexts(row, name, row.fields[name], count, blank);
}

/** The same for a value that was found elsewhere than at the top of the row. */
export function checkTexts(
  row: Row,
  name: string,
  value: unknown,
  count?: number,
  blank = false,
): readonly string[] {
  const valid = `It must be a list of ${count ?? 'two or more'} texts.`;
  if (value === undefined || value === null) throw badRow(row.place, `has no ${quoteName(name)}`, valid);
  const isText = (text: unknown): text is string => typeof text === 'string' && (blank || text.trim() !== '');
  if (!Array.isArray(value) || !value.every(isText))
    throw badRow(row.place, `has ${showValue(value)} as ${quoteName(name)}`, valid);
  if (count === undefined ? value.length < 2 : value.length !== count)
    throw badRow(row.place, `has ${value.length} texts in ${quoteName(name)}`, valid);
  return value;
}

/**
 * Which of `labels` a field holds, as its index. A number, a truth value or a text counts as the label that it is
 * written like; blanks around it are ignored.
 */
export function getLabel(row: Row, name: string, labels: readonly string[]): number {
  return checkLabel(row, name, row.fields[name], labels);
}

/** The same for a value that was found elsewhere than at the top of the row. */
export function checkLabel(row: Row, name: string, value: unknown, labels: readonly string[]): number {
  const valid = `It must be one of ${labels.join(', ')}.`;
  if (value === undefined || value === null) throw badRow(row.place, `has no ${quoteName(name)}`, valid);
  const index = isScalar(value) ? labels.indexOf(String(value).trim()) : -1;
  if (index !== -1) return index;
  throw badRow(row.place, `has ${showValue(value)} as ${quoteName(name)}`, valid);
}

function isScalar(value: unknown): value is string | number | bigint | boolean {
  return ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
}

/** Whether a row has a field at all. */
export function hasField(row: Row, name: string): boolean {
  return row.fields[name] !== undefined && row.fields[name] !== null;
}

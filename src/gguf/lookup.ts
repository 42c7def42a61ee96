import { PruneError } from '../errors.js';
import { ValueType, valueTypeName, type Entry, type GgufHeader } from './types.js';
import { arrayShape, decodeValue, type Value } from './values.js';
import { fileLabel, formatCount, quoteName } from './wording.js';

/** The part of a header in which values are looked up by key. */
export type Metadata = Pick<GgufHeader, 'path' | 'entries'>;

/** A decoded array and the type of its elements. */
export interface ArrayValue {
  readonly elementType: ValueType;
  readonly values: readonly Value[];
}

const INTEGER_TYPES: readonly ValueType[] = [
  ValueType.uint8,
  ValueType.int8,
  ValueType.uint16,
  ValueType.int16,
  ValueType.uint32,
  ValueType.int32,
  ValueType.uint64,
  ValueType.int64,
];
const FLOAT_TYPES: readonly ValueType[] = [ValueType.float32, ValueType.float64];

/** The entry of a key; undefined when the file has no such key. */
export function findEntry(header: Metadata, key: string): Entry | undefined {
  return header.entries.find((entry) => entry.key === key);
}

/** The string under a key; undefined when absent. Throws GGUF_DAMAGED for a value of another type. */
export function getString(header: Metadata, key: string): string | undefined {
  const value = getTyped(header, key, [ValueType.string], 'a string');
  return value === undefined ? undefined : String(value);
}

/**
 * The whole number under a key, stored as any integer type; undefined when absent. Throws GGUF_DAMAGED
 * for a value of another type, a negative one, and one above `Number.MAX_SAFE_INTEGER`.
 */
export function getUint(header: Metadata, key: string): number | undefined {
  const value = getTyped(header, key, INTEGER_TYPES, 'a whole number');
  if (value === undefined) return undefined;
  if (typeof value === 'number' && value >= 0) return value;
  const most = formatCount(Number.MAX_SAFE_INTEGER);
  throw unfit(header, key, `is ${String(value)}`, `a whole number from 0 to ${most}`);
}

/** The truth value under a key; undefined when absent. Throws GGUF_DAMAGED for another type. */
export function getBool(header: Metadata, key: string): boolean | undefined {
  const value = getTyped(header, key, [ValueType.bool], 'a bool');
  return value === undefined ? undefined : value === true;
}

/** The float32 or float64 under a key; undefined when absent. Throws GGUF_DAMAGED for another type. */
export function getFloat(header: Metadata, key: string): number | undefined {
  const value = getTyped(header, key, FLOAT_TYPES, 'a floating-point number');
  return value === undefined ? undefined : Number(value);
}

/**
 * The array under a key, decoded as a whole; undefined when absent. Throws GGUF_DAMAGED for a value of
 * another type. `arrayShape` tells the length alone, for far less work.
 */
export function getArray(header: Metadata, key: string): ArrayValue | undefined {
  const values = getTyped(header, key, [ValueType.array], 'an array');
  const entry = findEntry(header, key);
  if (entry === undefined || !Array.isArray(values)) return undefined;
  return { elementType: arrayShape(entry).elementType, values: values as readonly Value[] };
}

function getTyped(
  header: Metadata,
  key: string,
  types: readonly ValueType[],
  noun: string,
): Value | undefined {
  const entry = findEntry(header, key);
  if (entry === undefined) return undefined;
  if (types.includes(entry.type)) return decodeValue(entry);
  throw unfit(header, key, `has the type ${valueTypeName(entry.type)}`, noun);
}

function unfit(header: Metadata, key: string, what: string, valid: string): PruneError {
  const label = fileLabel(header.path);
  return new PruneError(
    'GGUF_DAMAGED',
    `${label} is damaged: the value of the key ${quoteName(key)} ${what}; ${valid} is needed.`,
  );
}

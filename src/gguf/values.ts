import { PruneError } from '../errors.js';
import { findCodec, leastBytes, viewBytes, type Scalar } from './scalars.js';
import { ValueType, isValueType, valueTypeName, type Entry, type ScalarType } from './types.js';
import { formatCount, quoteName } from './wording.js';

/** A decoded value. 64-bit integers are numbers where these are exact, and bigints beyond. */
export type Value = Scalar | readonly Value[];

/** What an array holds. */
export interface ArrayShape {
  readonly elementType: ValueType;
  readonly count: number;
}

const ARRAY_HEAD_BYTES = 4 + 8;
const LENGTH_BYTES = 8;

/** A place in the bytes of an entry that moves on as values are decoded. */
interface Reader {
  readonly entry: Entry;
  readonly buffer: Buffer;
  readonly view: DataView;
  at: number;
}

/**
 * Decodes the value of an entry. Bytes of a string that are not UTF-8 become U+FFFD: to keep a value,
 * keep its entry. Throws GGUF_DAMAGED when the bytes do not hold exactly one value of the entry's type,
 * which cannot happen to an entry from `readHeader`.
 */
export function decodeValue(entry: Entry): Value {
  const { buffer, byteOffset, byteLength } = entry.bytes;
  const reader: Reader = {
    entry,
    buffer: Buffer.from(buffer, byteOffset, byteLength),
    view: viewBytes(entry.bytes),
    at: 0,
  };
  const value = takeValue(reader, entry.type);
  if (reader.at !== byteLength) throw damagedSize(entry);
  return value;
}

/** Tells what an array holds, without decoding it. Throws GGUF_DAMAGED when the entry is no array. */
export function arrayShape(entry: Entry): ArrayShape {
  if (entry.type !== ValueType.array) {
    throw damagedValue(entry, `has the type ${valueTypeName(entry.type)}; an array is needed.`);
  }
  if (entry.bytes.length < ARRAY_HEAD_BYTES) throw damagedSize(entry);
  const view = viewBytes(entry.bytes);
  const elementType = view.getUint32(0, true);
  if (!isValueType(elementType)) throw unknownType(entry, elementType);
  return { elementType, count: Number(view.getBigUint64(4, true)) };
}

/**
 * Encodes an entry with a single value. Throws GGUF_UNSUPPORTED when the value does not fit the type:
 * integer types take whole numbers and bigints in their range, float types numbers.
 */
export function makeEntry(key: string, type: ScalarType, value: Scalar): Entry {
  return { key, type, bytes: encodeScalar(key, type, value) };
}

/**
 * Encodes an entry with an array of values, an empty one included. Arrays in arrays cannot be made, as
 * llama.cpp cannot read them. Throws GGUF_UNSUPPORTED when a value does not fit the element type.
 */
export function makeArrayEntry(key: string, elementType: ScalarType, values: readonly Scalar[]): Entry {
  const head = new Uint8Array(ARRAY_HEAD_BYTES);
  viewBytes(head).setUint32(0, elementType, true);
  viewBytes(head).setBigUint64(4, BigInt(values.length), true);
  const bytes = new Uint8Array(
    Buffer.concat([head, ...values.map((value) => encodeScalar(key, elementType, value))]),
  );
  return { key, type: ValueType.array, bytes };
}

function takeValue(reader: Reader, type: ValueType): Value {
  if (type === ValueType.array) return takeArray(reader);
  if (type === ValueType.string) return takeString(reader);
  const codec = findCodec(type);
  return codec.read(reader.view, advance(reader, codec.bytes));
}

function takeArray(reader: Reader): readonly Value[] {
  const start = advance(reader, ARRAY_HEAD_BYTES);
  const type = reader.view.getUint32(start, true);
  if (!isValueType(type)) throw unknownType(reader.entry, type);
  const count = Number(reader.view.getBigUint64(start + 4, true));
  checkFits(reader, count * leastBytes(type));
  return Array.from({ length: count }, () => takeValue(reader, type));
}

function takeString(reader: Reader): string {
  const length = Number(reader.view.getBigUint64(advance(reader, LENGTH_BYTES), true));
  const start = advance(reader, length);
  return reader.buffer.toString('utf8', start, reader.at);
}

/** Moves past `bytes` bytes and returns where they start. */
function advance(reader: Reader, bytes: number): number {
  checkFits(reader, bytes);
  reader.at += bytes;
  return reader.at - bytes;
}

function checkFits(reader: Reader, bytes: number): void {
  if (bytes > reader.view.byteLength - reader.at) throw damagedSize(reader.entry);
}

function encodeScalar(key: string, type: ScalarType, value: Scalar): Uint8Array {
  if (type === ValueType.string) {
    if (typeof value !== 'string') throw unfitValue(key, type, value, 'a string');
    const text = Buffer.from(value, 'utf8');
    const bytes = new Uint8Array(LENGTH_BYTES + text.length);
    viewBytes(bytes).setBigUint64(0, BigInt(text.length), true);
    bytes.set(text, LENGTH_BYTES);
    return bytes;
  }
  const codec = findCodec(type);
  if (!codec.accepts(value)) throw unfitValue(key, type, value, codec.valid);
  const bytes = new Uint8Array(codec.bytes);
  codec.write(viewBytes(bytes), 0, value);
  return bytes;
}

function damagedSize(entry: Entry): PruneError {
  return damagedValue(entry, `does not hold exactly one ${valueTypeName(entry.type)}.`);
}

function unknownType(entry: Entry, id: number): PruneError {
  return damagedValue(entry, `has elements of the unknown type ${formatCount(id)}; 0 to 12 are valid.`);
}

function damagedValue(entry: Entry, what: string): PruneError {
  return new PruneError('GGUF_DAMAGED', `The value of the key ${quoteName(entry.key)} ${what}`);
}

function unfitValue(key: string, type: ScalarType, value: Scalar, valid: string): PruneError {
  const shown = quoteName(String(value));
  const message = `${shown} cannot be stored under the key ${quoteName(key)} as ${valueTypeName(type)}: ${valid} is needed.`;
  return new PruneError('GGUF_UNSUPPORTED', message);
}

import { ALIGNMENT_KEY, checkAlignment } from './alignment.js';
import type { FileCursor } from './cursor.js';
import { MAX_ARRAY_DEPTH, MAX_KEY_BYTES } from './limits.js';
import { readText } from './readText.js';
import { leastBytes, scalarBytes } from './scalars.js';
import { isValueType, ValueType, valueTypeName, type Entry } from './types.js';
import { formatCount, formatCounted, quoteName } from './wording.js';

/** Reads `count` keys with their values, which stay encoded. Throws GGUF_DAMAGED or GGUF_UNSUPPORTED. */
export async function readEntries(cursor: FileCursor, count: number): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  const keys = new Set<string>();
  for (let index = 0; index < count; index += 1) {
    const at = cursor.position;
    const entry = await readEntry(cursor, `key ${formatCount(index + 1)} of ${formatCount(count)}`);
    if (keys.has(entry.key)) throw cursor.problem('it holds this key twice', 'Keys must be unique.', at);
    if (entry.key === ALIGNMENT_KEY) checkAlignment(cursor, entry);
    keys.add(entry.key);
    entries.push(entry);
  }
  return entries;
}

async function readEntry(cursor: FileCursor, item: string): Promise<Entry> {
  cursor.enter('the metadata', item);
  const at = cursor.position;
  const keyBytes = await cursor.readCount('the key length');
  if (keyBytes === 0 || keyBytes > MAX_KEY_BYTES) {
    const valid = `A key has 1 to ${formatCount(MAX_KEY_BYTES)} bytes.`;
    throw cursor.problem(`the key is ${formatCounted(keyBytes, 'byte')} long`, valid, at);
  }
  const key = await readText(cursor, keyBytes, 'key');
  cursor.enter('the metadata', `${item}, ${quoteName(key)}`);
  const type = await readValueType(cursor, 'the value');
  const start = cursor.position;
  await skipValue(cursor, type);
  return { key, type, bytes: cursor.copyFrom(start) };
}

async function readValueType(cursor: FileCursor, subject: string): Promise<ValueType> {
  const at = cursor.position;
  const id = await cursor.readUint32();
  if (isValueType(id)) return id;
  throw cursor.problem(`${subject} has the unknown type ${formatCount(id)}`, 'Valid types are 0 to 12.', at);
}

async function skipValue(cursor: FileCursor, type: ValueType): Promise<void> {
  if (type === ValueType.array) return skipArray(cursor, 1);
  if (type === ValueType.string) return cursor.skipStrings(1);
  return cursor.skip(scalarBytes(type));
}

async function skipArray(cursor: FileCursor, depth: number): Promise<void> {
  if (depth > MAX_ARRAY_DEPTH) {
    const valid = `Up to ${formatCount(MAX_ARRAY_DEPTH)} levels can be read.`;
    throw cursor.problem('arrays are nested too deep', valid, cursor.position, 'GGUF_UNSUPPORTED');
  }
  const type = await readValueType(cursor, 'the array');
  const count = await cursor.readCount('the array length');
  cursor.checkFits(count * leastBytes(type), `an array of ${formatCount(count)} x ${valueTypeName(type)}`);
  if (type === ValueType.string) return cursor.skipStrings(count);
  if (type !== ValueType.array) return cursor.skip(count * scalarBytes(type));
  for (let index = 0; index < count; index += 1) {
    await skipArray(cursor, depth + 1);
  }
}

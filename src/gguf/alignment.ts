import type { FileCursor } from './cursor.js';
import { DEFAULT_ALIGNMENT, MAX_ALIGNMENT } from './limits.js';
import { viewBytes } from './scalars.js';
import { ValueType, valueTypeName, type Entry } from './types.js';
import { formatCount } from './wording.js';

/** The key that sets the alignment of a file. */
export const ALIGNMENT_KEY = 'general.alignment';

/** The alignment that the metadata asks for, in bytes; 32 without the key. The value must be valid. */
export function findAlignment(entries: readonly Entry[]): number {
  const entry = entries.find(({ key }) => key === ALIGNMENT_KEY);
  return entry === undefined ? DEFAULT_ALIGNMENT : viewBytes(entry.bytes).getUint32(0, true);
}

/**
 * Checks the value of the alignment key, which the cursor has just passed. Throws GGUF_DAMAGED unless it
 * is a uint32 and a power of two, and GGUF_UNSUPPORTED above `MAX_ALIGNMENT`.
 */
export function checkAlignment(cursor: FileCursor, entry: Entry): void {
  const at = cursor.position - entry.bytes.length;
  const valid = `It must be a uint32 and a power of two of at most ${formatCount(MAX_ALIGNMENT)}.`;
  if (entry.type !== ValueType.uint32) {
    throw cursor.problem(`the alignment has the type ${valueTypeName(entry.type)}`, valid, at);
  }
  const alignment = viewBytes(entry.bytes).getUint32(0, true);
  const isPower = Number.isInteger(Math.log2(alignment));
  if (isPower && alignment <= MAX_ALIGNMENT) return;
  const code = isPower ? 'GGUF_UNSUPPORTED' : 'GGUF_DAMAGED';
  throw cursor.problem(`the alignment is ${formatCount(alignment)}`, valid, at, code);
}

import type { FileCursor } from './cursor.js';
import { formatCounted } from './wording.js';

// A decoder that dropped a leading byte order mark would lose three bytes of the name.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads a key or a tensor name of `length` bytes. Throws GGUF_DAMAGED unless it is UTF-8, as other bytes
 * could not be written back.
 */
export async function readText(cursor: FileCursor, length: number, noun: string): Promise<string> {
  const at = cursor.position;
  const bytes = await cursor.readBytes(length, `a ${noun} of ${formatCounted(length, 'byte')}`);
  try {
    return decoder.decode(bytes);
  } catch {
    throw cursor.problem(`the ${noun} is not UTF-8 text`, `A ${noun} must be UTF-8 text.`, at);
  }
}

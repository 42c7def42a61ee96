import type { Model } from '../../native/index.js';

/** Bytes of main memory for the inputs of blocks that are kept. */
const keptBytes = 2 ** 30;

/** How many windows may have the inputs of all their blocks kept at once: as many as there are, where memory allows. */
export function countSlots({ facts, description }: Model, windows: readonly Int32Array[]): number {
  const longest = windows.reduce((most, { length }) => Math.max(most, length), 1);
  const bytes = 4 * description.trunk * facts.embedding * longest;
  return Math.max(1, Math.min(windows.length, Math.floor(keptBytes / bytes)));
}

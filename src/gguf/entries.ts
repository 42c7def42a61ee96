import type { Entry } from './types.js';

/** Puts `entry` in the place of the entry with the same key, or at the end. The input stays as it is. */
export function replaceEntry(entries: readonly Entry[], entry: Entry): readonly Entry[] {
  const index = entries.findIndex(({ key }) => key === entry.key);
  return index === -1 ? [...entries, entry] : entries.with(index, entry);
}

/** Leaves out the entry of a key, if there is one. The input stays as it is. */
export function removeEntry(entries: readonly Entry[], key: string): readonly Entry[] {
  return entries.filter((entry) => entry.key !== key);
}

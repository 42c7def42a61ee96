import type { BlockSet } from './types.js';

/** The set with another block. */
export function addBlock(set: BlockSet, block: number): BlockSet {
  return [...set, block].sort((a, b) => a - b);
}

export function removeBlock(set: BlockSet, block: number): BlockSet {
  return set.filter((one) => one !== block);
}

/** Names a set. */
export function nameSet(set: BlockSet): string {
  return set.join(',');
}

/** The first block that is in one of both sets but not in the other; Infinity for equal ones. */
export function findFirstDifference(a: BlockSet, b: BlockSet): number {
  const at = a.findIndex((block, i) => block !== b[i]);
  if (at === -1) return b[a.length] ?? Infinity;
  return Math.min(a[at] ?? Infinity, b[at] ?? Infinity);
}

import type { BlockSet } from './types.js';

/** The set with another block. */
export function addBlock(set: BlockSet, block: number): BlockSet {
  return [...set, block].sort((a, b) => a - b);
}

export function removeBlock(set: BlockSet, block: number): BlockSet {
  return set.filter((one) => one !== block);
}

/** The blocks of so many that are not in the set. */
export function listKept(set: BlockSet, blocks: number): readonly number[] {
  return Array.from({ length: blocks }, (_, block) => block).filter((block) => !set.includes(block));
}

/** Of those with the same set the last one. */
export function uniqueBySet<T extends { readonly set: BlockSet }>(all: readonly T[]): readonly T[] {
  return [...new Map(all.map((one) => [nameSet(one.set), one])).values()];
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

import type { HealingName } from './methods.js';

/** A matrix that is refitted, or a map that is put in a gap. Blocks are counted as in the original. */
export interface HealingStep {
  readonly kind: 'refit' | 'patch';
  /** Whose matrix is refitted, or which dropped block the map stands for. */
  readonly block: number;
  /** The output is to be the original's state before this block; one beyond the last: the state after it. */
  readonly until: number;
  /** What a refit is a map of: what the matrix reads, or what it yields. */
  readonly of: 'input' | 'product';
}

/**
 * Plans what is fitted, in order: going up the model, each step given what the ones before have changed.
 * @param blocks how many blocks take part, the dropped ones included
 * @param dropped ascending
 * @param droppedAttention blocks that lose their attention alone, ascending
 */
export function planHealing(
  methods: readonly HealingName[],
  blocks: number,
  dropped: readonly number[],
  droppedAttention: readonly number[] = [],
): readonly HealingStep[] {
  const isDropped = new Set(dropped);
  const kept = Array.from({ length: blocks }, (_, block) => block).filter((block) => !isDropped.has(block));
  const findNext = (block: number) => kept.find((other) => other > block) ?? blocks;
  const isPatched = methods.includes('patch');
  const [gap = Infinity] = dropped;
  const [without = Infinity] = droppedAttention;
  // what comes before is as it was; but the block before a gap can take it over
  const first = Math.min(gap - 1, without);

  const refits = kept.flatMap((block): readonly HealingStep[] => {
    const next = findNext(block);
    const isBeforeGap = next > block + 1;
    if (methods.includes('linear')) {
      return isBeforeGap ? [{ kind: 'refit', block, until: next, of: 'product' }] : [];
    }
    if (!methods.includes('reconstruct') || block < first) return [];
    return [{ kind: 'refit', block, until: next, of: 'input' }];
  });
  // in front of the first block there is nothing that a map could be of
  const gaps = dropped.filter((block) => block > 0 && !isDropped.has(block - 1));
  const patches = isPatched
    ? gaps.map((block): HealingStep => ({ kind: 'patch', block, until: findNext(block), of: 'input' }))
    : [];
  return [...refits, ...patches].sort((a, b) => a.block - b.block);
}

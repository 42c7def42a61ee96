import { PruneError } from '../errors.js';
import { formatCounted } from '../gguf/index.js';
import type { Budget } from './budget.js';

/**
 * How much to drop: a share of the blocks, a number of blocks, exactly which (and of which others the attention alone),
 * or as many as a budget asks for.
 */
export type Amount =
  { readonly ratio: number } | { readonly blocks: number } | NamedAmount | { readonly budget: Budget };

/** An amount that says which blocks go, and which lose their attention alone. */
export interface NamedAmount {
  readonly drop: readonly number[];
  readonly dropAttention?: readonly number[] | undefined;
}

/** An amount that says how many. */
export type CountedAmount = Extract<Amount, { ratio: unknown } | { blocks: unknown }>;

/** ShortGPT's setting (Men et al. 2024, section 4): a quarter of the blocks. */
export const defaultAmount: CountedAmount = { ratio: 0.25 };

/**
 * The number of blocks to drop of `count`; a ratio is rounded to the nearest block, as in ShortGPT's tables.
 * @throws PruneError USAGE for a ratio outside of 0 to 1, a number that is no count, and when none would be left
 */
export function countDropped(amount: CountedAmount, count: number): number {
  const isRatio = 'ratio' in amount;
  if (isRatio && !(amount.ratio >= 0 && amount.ratio < 1)) {
    throw new PruneError('USAGE', `The ratio must be at least 0 and less than 1, not ${amount.ratio}.`);
  }
  if (!isRatio && !(Number.isInteger(amount.blocks) && amount.blocks >= 0)) {
    throw new PruneError('USAGE', `The number of blocks to drop must be 0, 1, 2, …, not ${amount.blocks}.`);
  }
  const dropped = isRatio ? Math.round(amount.ratio * count) : amount.blocks;
  if (dropped >= count) {
    throw new PruneError(
      'USAGE',
      `The model has ${formatCounted(count, 'block')}; dropping ${isRatio ? `${amount.ratio} of them` : dropped} ` +
        `would leave none. At most ${count - 1} can go.`,
    );
  }
  return dropped;
}

/**
 * Checks a list of blocks against a model: ascending and unique in the result.
 * @throws PruneError NO_SUCH_BLOCK; USAGE when none would be left
 */
export function checkDropped(blocks: readonly number[], count: number, label: string): readonly number[] {
  const dropped = listExisting(blocks, count, label);
  if (dropped.length === count) {
    throw new PruneError(
      'USAGE',
      `All ${count} blocks of ${label} would be dropped. At least one must stay.`,
    );
  }
  return dropped;
}

/**
 * Checks a list of blocks that are to lose their attention alone: ascending and unique in the result.
 * @throws PruneError NO_SUCH_BLOCK; USAGE for a block that is dropped as a whole
 */
export function checkDroppedAttention(
  blocks: readonly number[],
  dropped: readonly number[],
  count: number,
  label: string,
): readonly number[] {
  const attention = listExisting(blocks, count, label);
  const both = attention.find((block) => dropped.includes(block));
  if (both === undefined) return attention;
  throw new PruneError(
    'USAGE',
    `Block ${both} would be dropped as a whole and lose its attention alone. Say one of both of it.`,
  );
}

function listExisting(blocks: readonly number[], count: number, label: string): readonly number[] {
  const listed = [...new Set(blocks)].sort((a, b) => a - b);
  const unknown = listed.find((block) => !Number.isInteger(block) || block < 0 || block >= count);
  if (unknown === undefined) return listed;
  throw new PruneError(
    'NO_SUCH_BLOCK',
    `There is no block ${unknown}: ${label} has blocks 0 to ${count - 1}.`,
  );
}

/**
 * Reads a list of blocks as it is typed: `21-29,31`.
 * @throws PruneError USAGE
 */
export function parseBlockList(text: string): readonly number[] {
  return text.split(',').flatMap((part) => {
    const match = /^\s*(\d{1,9})(?:\s*-\s*(\d{1,9}))?\s*$/.exec(part);
    const first = Number(match?.[1]);
    const last = Number(match?.[2] ?? match?.[1]);
    if (match === null || last < first || last - first > 100_000) {
      throw new PruneError(
        'USAGE',
        `"${part.trim()}" is neither a block nor a range of blocks. A list looks like this: 21-29,31.`,
      );
    }
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

/** The reverse of {@link parseBlockList}: `[21, 22, 23, 31]` is `21-23,31`; an empty list is `none`. */
export function formatBlockList(blocks: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const block of [...blocks].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run?.[1] === block - 1) run[1] = block;
    else runs.push([block, block]);
  }
  const parts = runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
  return parts.length === 0 ? 'none' : parts.join(',');
}

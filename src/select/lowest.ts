import { PruneError } from '../errors.js';

/** What a choice has to respect. Blocks and positions count from 0. */
export interface ChoiceConstraints {
  readonly mayDrop: (block: number) => boolean;
  /** Whether a block may stand at a position among the kept ones; a position is never above the block's number. */
  readonly mayStand: (block: number, position: number) => boolean;
  /** Of each of these sets at least one block must stay. */
  readonly keepOne: readonly (readonly number[])[];
}

export const unconstrained: ChoiceConstraints = { mayDrop: () => true, mayStand: () => true, keepOne: [] };

/**
 * The `count` blocks with the lowest sum of scores among all choices that respect the constraints, ascending; of
 * equal sums the one that drops later blocks, which can be left out with less harm (ShortGPT, section 3).
 *
 * @param scores one a block, the higher the more important; those of blocks that may not be dropped are not looked at
 * @returns undefined when no choice respects the constraints
 * @throws PruneError SCORE_UNDEFINED when a score is not a number
 */
export function findLowest(
  scores: readonly number[],
  count: number,
  constraints: ChoiceConstraints = unconstrained,
): readonly number[] | undefined {
  const undefinedAt = scores.findIndex((score, block) => Number.isNaN(score) && constraints.mayDrop(block));
  if (undefinedAt !== -1) {
    throw new PruneError(
      'SCORE_UNDEFINED',
      `Block ${undefinedAt} has no score, so no choice can be made by it.`,
    );
  }
  const lowest = takeLowest(scores, count, constraints);
  // nothing is below the lowest; only where the constraints forbid those has the choice to be searched for
  if (lowest.length < count) return undefined;
  return isAllowed(constraints, scores.length, lowest) ? lowest : searchLowest(scores, count, constraints);
}

function takeLowest(
  scores: readonly number[],
  count: number,
  { mayDrop }: ChoiceConstraints,
): readonly number[] {
  return scores
    .map((score, block) => ({ score, block }))
    .filter(({ block }) => mayDrop(block))
    .sort((a, b) => a.score - b.score || b.block - a.block)
    .slice(0, count)
    .map(({ block }) => block)
    .sort((a, b) => a - b);
}

/** Whether just these blocks can be dropped. */
export function isAllowed(
  { mayDrop, mayStand, keepOne }: ChoiceConstraints,
  blocks: number,
  dropped: readonly number[],
): boolean {
  const isDropped = new Set(dropped);
  const kept = Array.from({ length: blocks }, (_, block) => block).filter((block) => !isDropped.has(block));
  return (
    dropped.every(mayDrop) &&
    kept.every(mayStand) &&
    keepOne.every((set) => set.some((block) => !isDropped.has(block)))
  );
}

/** A partial choice: what the blocks dropped from here on add up to, and whether this block is one of them. */
interface Step {
  readonly sum: number;
  readonly drop: boolean;
}

/** The choice by a dynamic programme over blocks and positions: the best one, not a greedy one. */
function searchLowest(
  scores: readonly number[],
  count: number,
  { mayDrop, mayStand, keepOne }: ChoiceConstraints,
): readonly number[] | undefined {
  const marks = scores.map((_, block) =>
    keepOne.reduce((mask, set, bit) => (set.includes(block) ? mask | (1 << bit) : mask), 0),
  );
  const all = (1 << keepOne.length) - 1;
  const known = new Map<number, Step | undefined>();

  // the best way to go on at a block, with so many kept before it and these sets seen to
  const solve = (block: number, kept: number, seen: number): Step | undefined => {
    if (block === scores.length) return kept === scores.length - count && seen === all ? end : undefined;
    if (kept > scores.length - count || block - kept > count) return undefined;
    const key = (block * (scores.length + 1) + kept) * (all + 1) + seen;
    if (!known.has(key)) known.set(key, better(keep(block, kept, seen), leave(block, kept, seen)));
    return known.get(key);
  };
  const keep = (block: number, kept: number, seen: number): Step | undefined => {
    const rest = mayStand(block, kept) ? solve(block + 1, kept + 1, seen | (marks[block] ?? 0)) : undefined;
    return rest && { sum: rest.sum, drop: false };
  };
  const leave = (block: number, kept: number, seen: number): Step | undefined => {
    const rest = mayDrop(block) ? solve(block + 1, kept, seen) : undefined;
    return rest && { sum: rest.sum + (scores[block] ?? 0), drop: true };
  };

  if (solve(0, 0, 0) === undefined) return undefined;
  const dropped: number[] = [];
  for (let block = 0, kept = 0, seen = 0; block < scores.length; block += 1) {
    if (solve(block, kept, seen)?.drop) {
      dropped.push(block);
      continue;
    }
    kept += 1;
    seen |= marks[block] ?? 0;
  }
  return dropped;
}

const end: Step = { sum: 0, drop: false };

function better(kept: Step | undefined, dropped: Step | undefined): Step | undefined {
  if (kept === undefined || dropped === undefined) return kept ?? dropped;
  return dropped.sum < kept.sum ? dropped : kept;
}

import { countMeasured, findFirstWindows, narrowDown, type RungPlan } from './halve.js';
import { listKept, nameSet, uniqueBySet } from './unitSets.js';
import type { UnitSet, Candidate, Judge, SearchProblem, SearchStep } from './types.js';

/** How sets are grown, unit by unit. */
export interface GrowthOptions {
  /** How many sets of each size go on. */
  readonly width: number;
  /** How many units are tried beside each set once all were tried alone: those that did least damage last time. */
  readonly tried: number;
  /** How the candidates of a size are narrowed down; the last rung keeps `width` or more. */
  readonly rungs: RungPlan;
}

/** A set with one more unit than its base. */
interface Growth extends Candidate {
  readonly unit: number;
}

/**
 * Grows sets one unit at a time, each size from the best sets of the one before, and measures anew at each
 * step: with a width of 1 the greedy search of SLEB (Song et al. 2024), with more a beam search. Where not all units
 * are tried at each step, those are that added least damage, by weight, when they were tried last (after Minoux's lazy
 * greedy algorithm, 1978). Sets that scores propose compete with those that grew to the same size.
 *
 * Where some sets may not be dropped but lead on to others, the best that may is looked for beside those that go on: one
 * of each size that is possible is found.
 *
 * @returns the best set of each size that may be dropped, ascending; the caller ends it
 */
export async function* growSets(
  judge: Judge,
  problem: SearchProblem,
  { width, tried, rungs }: GrowthOptions,
): AsyncGenerator<SearchStep, void> {
  const added = new Map<number, number>();
  let sets: readonly UnitSet[] = [[]];
  while (sets.length > 0) {
    // different sets may grow into the same one
    const growths = uniqueBySet(sets.flatMap((set) => listGrowths(set, problem, added, tried)));
    const windows = findFirstWindows(rungs(growths.length, judge.windows), judge.windows);
    await learnDamage(judge, problem, growths, windows, added);
    const candidates = [...growths, ...listProposals(sets, growths, problem, added)];
    const narrow = (some: readonly Candidate[]) =>
      narrowDown(judge, some, rungs(some.length, judge.windows), problem.weigh);
    const best = await narrow(candidates);
    const droppable = candidates.filter(({ set }) => problem.mayDrop(set));
    const [found] = droppable.length === candidates.length ? best : await narrow(droppable);
    if (found !== undefined) yield { dropped: found.set, damage: found.damage };
    sets = best.slice(0, width).map(({ set }) => set);
  }
}

/**
 * How many windows are measured at most, over all sets, to grow to so many units, if whatever leads on may be dropped.
 * @param proposed how many sets of each size scores propose
 */
export function countGrowth(
  { width, tried, rungs }: GrowthOptions,
  units: number,
  count: number,
  windows: number,
  proposed = 0,
): number {
  let measured = 0;
  for (let size = 0; size < count; size++) {
    // those of the first size are all tried, and proposed ones among them
    const candidates = size === 0 ? units : width * Math.min(tried, units - size) + proposed;
    measured += countMeasured(candidates, rungs(candidates, windows), windows);
  }
  return measured;
}

function listGrowths(
  base: UnitSet,
  { units, add, canLeadOn }: SearchProblem,
  added: ReadonlyMap<number, number>,
  tried: number,
): readonly Growth[] {
  const possible = listKept(base, units)
    .map((unit) => ({ set: add(base, unit), base, unit }))
    .filter(({ set }) => set.length < units && canLeadOn(set));
  if (added.size === 0) return possible;
  return possible
    .sort((a, b) => (added.get(a.unit) ?? Infinity) - (added.get(b.unit) ?? Infinity))
    .slice(0, tried);
}

/**
 * Sets of the size that sets grow to which did not grow: those that scores propose, and where not all that grew may be
 * dropped the one that may by what its units added.
 */
function listProposals(
  [base = []]: readonly UnitSet[],
  growths: readonly Growth[],
  { units, propose, findLowest, mayDrop, canLeadOn }: SearchProblem,
  added: ReadonlyMap<number, number>,
): readonly Candidate[] {
  const size = base.length + 1;
  const grown = new Set(growths.map(({ set }) => nameSet(set)));
  const prices = Array.from({ length: units }, (_, unit) => added.get(unit) ?? Infinity);
  const areDroppable = growths.length > 0 && growths.every(({ set }) => mayDrop(set));
  const lowest = areDroppable ? undefined : findLowest?.(prices, size);
  const proposed = [...(propose?.(size) ?? []), ...(lowest === undefined ? [] : [lowest])];
  return uniqueBySet(proposed.map((set) => ({ set, base }))).filter(
    ({ set }) => !grown.has(nameSet(set)) && canLeadOn(set),
  );
}

/** Measures what each unit adds, by weight; of one tried beside several sets the least counts. */
async function learnDamage(
  judge: Judge,
  { weigh }: SearchProblem,
  growths: readonly Growth[],
  windows: number,
  added: Map<number, number>,
): Promise<void> {
  const bases = growths.map(({ base }) => ({ set: base, base }));
  const before = await judge.measure(bases, windows);
  const after = await judge.measure(growths, windows);
  const fresh = new Map<number, number>();
  growths.forEach(({ unit, set, base }, i) => {
    const more = (after[i] ?? NaN) - (before[i] ?? NaN);
    // of what is infinite already nothing can be told
    const damage = Number.isNaN(more) ? Infinity : more / (weigh(set) - weigh(base));
    fresh.set(unit, Math.min(damage, fresh.get(unit) ?? Infinity));
  });
  for (const [unit, damage] of fresh) added.set(unit, damage);
}

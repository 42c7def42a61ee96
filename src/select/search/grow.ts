import { findFirstWindows, narrowDown, type RungPlan } from './halve.js';
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
    const candidates = [...growths, ...listProposals(sets, growths, problem)];
    const plan = rungs(candidates.length, judge.windows);
    await learnDamage(judge, problem, growths, findFirstWindows(plan, judge), added);
    const best = await narrowDown(judge, candidates, plan, problem.weigh);
    const found = best.find(({ set }) => problem.mayDrop(set));
    if (found !== undefined) yield { dropped: found.set, damage: found.damage };
    sets = best.slice(0, width).map(({ set }) => set);
  }
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

/** Sets of the size that sets grow to which scores propose and which did not grow. */
function listProposals(
  [base = []]: readonly UnitSet[],
  growths: readonly Growth[],
  { propose, canLeadOn }: SearchProblem,
): readonly Candidate[] {
  const grown = new Set(growths.map(({ set }) => nameSet(set)));
  const proposed = (propose?.(base.length + 1) ?? []).map((set) => ({ set, base }));
  return uniqueBySet(proposed).filter(({ set }) => !grown.has(nameSet(set)) && canLeadOn(set));
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
    const damage = ((after[i] ?? NaN) - (before[i] ?? NaN)) / (weigh(set) - weigh(base));
    fresh.set(unit, Math.min(damage, fresh.get(unit) ?? Infinity));
  });
  for (const [unit, damage] of fresh) added.set(unit, damage);
}

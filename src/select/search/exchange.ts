import { listKept, nameSet, removeUnit } from './unitSets.js';
import { findFirstWindows, narrowDown, type Rung } from './halve.js';
import type { UnitSet, Judge, SearchProblem, SearchStep } from './types.js';

/** How sets are mended. */
export interface ExchangeOptions {
  /** How many exchanges are tried in a round. */
  readonly tried: number;
  /** How they are narrowed down; the last rung is of all windows. */
  readonly rungs: readonly Rung[];
  /** The most rounds; each takes the best exchange there is. */
  readonly rounds: number;
}

/**
 * Mends a set by exchanging a unit that is left out for one of the same weight that is kept, as long as that does less
 * damage: what was taken early may be wrong beside what was taken later. Each unit that could leave and each that could
 * come is measured alone; those exchanges are tried in which both together promise most.
 */
export async function exchangeBlocks(
  judge: Judge,
  problem: SearchProblem,
  step: SearchStep,
  { tried, rungs, rounds }: ExchangeOptions,
): Promise<SearchStep> {
  let best = step;
  const seen = new Set([nameSet(step.dropped)]);
  for (let round = 0; round < rounds; round++) {
    const { dropped } = best;
    const promising = (await rankExchanges(judge, problem, dropped, findFirstWindows(rungs, judge)))
      .filter((set) => !seen.has(nameSet(set)))
      .slice(0, tried);
    promising.forEach((set) => seen.add(nameSet(set)));
    const candidates = promising.map((set) => ({ set, base: dropped }));
    const [found] = await narrowDown(judge, candidates, rungs);
    if (found === undefined || found.damage >= best.damage) return best;
    best = { dropped: found.set, damage: found.damage };
  }
  return best;
}

/** All exchanges that are allowed, by the sum of what leaving saves and coming costs. */
async function rankExchanges(
  judge: Judge,
  { units, weigh, add, mayDrop }: SearchProblem,
  base: UnitSet,
  windows: number,
): Promise<readonly UnitSet[]> {
  const kept = listKept(base, units);
  const measureAll = async (sets: readonly UnitSet[]) =>
    judge.measure(
      sets.map((set) => ({ set, base })),
      windows,
    );
  const without = await measureAll(base.map((unit) => removeUnit(base, unit)));
  const beside = await measureAll(kept.map((unit) => add(base, unit)));
  return base
    .flatMap((leaving, i) =>
      kept.map((coming, j) => ({
        set: add(removeUnit(base, leaving), coming),
        promise: (without[i] ?? NaN) + (beside[j] ?? NaN),
      })),
    )
    .filter(({ set }) => weigh(set) === weigh(base) && mayDrop(set))
    .sort((a, b) => a.promise - b.promise)
    .map(({ set }) => set);
}

import { countMeasured, findFirstWindows, narrowDown, type RungPlan } from './halve.js';
import { rankSingles } from './oneShot.js';
import { nameSet, removeUnit } from './unitSets.js';
import type { UnitSet, Judge, SearchProblem, SearchStep } from './types.js';

/** How sets are mended. */
export interface ExchangeOptions {
  /** How many units are tried to come: those that do least damage alone. */
  readonly coming: number;
  /** How many exchanges are tried in a round. */
  readonly tried: number;
  /** How they are narrowed down; the last rung is of all windows. */
  readonly rungs: RungPlan;
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
  { coming, tried, rungs, rounds }: ExchangeOptions,
): Promise<SearchStep> {
  let best = step;
  const plan = rungs(tried, judge.windows);
  const windows = findFirstWindows(plan, judge.windows);
  const ranked = rounds > 0 ? await rankSingles(judge, problem, windows) : [];
  const seen = new Set([nameSet(step.dropped)]);
  for (let round = 0; round < rounds; round++) {
    const { dropped } = best;
    const kept = ranked.filter((unit) => !dropped.includes(unit)).slice(0, coming);
    const promising = (await rankExchanges(judge, problem, dropped, kept, windows))
      .filter((set) => !seen.has(nameSet(set)))
      .slice(0, tried);
    promising.forEach((set) => seen.add(nameSet(set)));
    const candidates = promising.map((set) => ({ set, base: dropped }));
    const [found] = await narrowDown(judge, candidates, plan);
    if (found === undefined || found.damage >= best.damage) return best;
    best = { dropped: found.set, damage: found.damage };
  }
  return best;
}

/** How many windows a round measures at most, over all sets, of so many units; that all were measured alone is not in it. */
export function countRound(
  { coming, tried, rungs }: Omit<ExchangeOptions, 'rounds'>,
  units: number,
  count: number,
  windows: number,
): number {
  const plan = rungs(tried, windows);
  const alone = count + Math.min(coming, units - count);
  return alone * findFirstWindows(plan, windows) + countMeasured(tried, plan, windows);
}

/** All exchanges with some of the kept units that are allowed, by the sum of what leaving saves and coming costs. */
async function rankExchanges(
  judge: Judge,
  { weigh, add, mayDrop }: SearchProblem,
  base: UnitSet,
  kept: readonly number[],
  windows: number,
): Promise<readonly UnitSet[]> {
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

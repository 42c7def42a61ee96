import type { Judge, SearchProblem, SearchStep, UnitSet } from './types.js';

/**
 * The one-shot search of Shortened LLaMA: each unit is measured alone, by weight, and those go that can go together and
 * whose damages have the lowest sum.
 * @returns a set of each size, ascending; the caller ends it
 */
export async function* takeLowest(judge: Judge, problem: SearchProblem): AsyncGenerator<SearchStep, void> {
  for (const set of await listLowest(judge, problem)) {
    const [damage = NaN] = await judge.measure([{ set, base: [] }], judge.windows);
    yield { dropped: set, damage };
  }
}

/** A set to begin with: the largest of the one-shot search, not measured. */
export async function takeLowestSingles(judge: Judge, problem: SearchProblem): Promise<UnitSet> {
  return (await listLowest(judge, problem)).at(-1) ?? [];
}

/** The units that may go, by the damage that each does alone, by weight. */
export async function rankSingles(
  judge: Judge,
  problem: SearchProblem,
  windows: number,
): Promise<readonly number[]> {
  const prices = await priceSingles(judge, problem, windows);
  return [...prices].sort(([, a], [, b]) => a - b).map(([unit]) => unit);
}

/** The damage that each unit that may go does alone, by weight. */
async function priceSingles(
  judge: Judge,
  { units, weigh, add, canLeadOn }: SearchProblem,
  windows: number,
): Promise<ReadonlyMap<number, number>> {
  const singles = Array.from({ length: units }, (_, unit) => ({ unit, set: add([], unit), base: [] }));
  const possible = singles.filter(({ set }) => set.length < units && canLeadOn(set));
  const damages = await judge.measure(possible, windows);
  return new Map(possible.map(({ unit, set }, i) => [unit, (damages[i] ?? NaN) / weigh(set)]));
}

async function listLowest(judge: Judge, problem: SearchProblem): Promise<readonly UnitSet[]> {
  const { units, findLowest } = problem;
  const known = await priceSingles(judge, problem, judge.windows);
  if (findLowest === undefined) return takeInTurn(problem, known);
  const prices = Array.from({ length: units }, (_, unit) => known.get(unit) ?? Infinity);
  return Array.from({ length: units - 1 }, (_, i) => findLowest(prices, i + 1)).filter(
    (set) => set !== undefined,
  );
}

/** Sets of more and more units, the lowest price first, as far as they can go together. */
function takeInTurn(
  { units, add, canLeadOn }: SearchProblem,
  prices: ReadonlyMap<number, number>,
): readonly UnitSet[] {
  const sets: UnitSet[] = [];
  for (const [unit] of [...prices].sort(([, a], [, b]) => a - b)) {
    const next = add(sets.at(-1) ?? [], unit);
    if (next.length < units && canLeadOn(next)) sets.push(next);
  }
  return sets;
}

import type { Judge, SearchProblem, UnitSet } from './types.js';

/**
 * Measures the damage of each block alone, which is a score like any other (Shortened LLaMA, Kim et al. 2024, section
 * 3.2).
 * @returns `[blocks]`
 */
export async function measureSingles(judge: Judge, blocks: number): Promise<readonly number[]> {
  const singles = Array.from({ length: blocks }, (_, block) => ({ set: [block], base: [] }));
  return judge.measure(singles, judge.windows);
}

/**
 * A set to begin with: the units of the lowest damage by weight, each measured alone, as far as they can go together.
 */
export async function takeLowestSingles(judge: Judge, problem: SearchProblem): Promise<UnitSet> {
  const { units, weigh, add, canLeadOn } = problem;
  const singles = Array.from({ length: units }, (_, unit) => [unit]).filter(canLeadOn);
  const damages = await judge.measure(
    singles.map((set) => ({ set, base: [] })),
    judge.windows,
  );
  return singles
    .map((set, i) => ({ set, price: (damages[i] ?? NaN) / weigh(set) }))
    .sort((a, b) => a.price - b.price)
    .reduce<UnitSet>((taken, { set }) => {
      const next = set.reduce(add, taken);
      return canLeadOn(next) ? next : taken;
    }, []);
}

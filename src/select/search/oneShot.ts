import type { Judge, SearchProblem, UnitSet } from './types.js';

/**
 * Measures the damage of each block alone in each window, which makes a score like any other (Shortened LLaMA, Kim et
 * al. 2024, section 3.2).
 * @returns `[windows][blocks]`
 */
export async function measureSingles(judge: Judge, blocks: number): Promise<readonly (readonly number[])[]> {
  const singles = Array.from({ length: blocks }, (_, block) => ({ set: [block], base: [] }));
  const windows: (readonly number[])[] = [];
  let before = singles.map(() => 0);
  for (let count = 1; count <= judge.windows; count++) {
    const means = await judge.measure(singles, count);
    const sums = means.map((mean) => mean * count);
    const last = before;
    // what is infinite in one window is so in the mean of all
    windows.push(sums.map((sum, block) => (Number.isFinite(sum) ? sum - (last[block] ?? NaN) : Infinity)));
    before = sums;
  }
  return windows;
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

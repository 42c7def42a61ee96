import type { Judge, SearchProblem, SearchStep, UnitSet } from './types.js';

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
 * The one-shot search of Shortened LLaMA: each unit is measured alone, by weight, and those of the lowest damage go, as far
 * as they can go together.
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
  { units, weigh, add, canLeadOn }: SearchProblem,
  windows: number,
): Promise<readonly number[]> {
  const singles = Array.from({ length: units }, (_, unit) => ({ unit, set: add([], unit), base: [] }));
  const possible = singles.filter(({ set }) => set.length < units && canLeadOn(set));
  const damages = await judge.measure(possible, windows);
  return possible
    .map(({ unit, set }, i) => ({ unit, price: (damages[i] ?? NaN) / weigh(set) }))
    .sort((a, b) => a.price - b.price)
    .map(({ unit }) => unit);
}

async function listLowest(judge: Judge, problem: SearchProblem): Promise<readonly UnitSet[]> {
  const { units, add, canLeadOn, mayDrop } = problem;
  const sets: UnitSet[] = [];
  let taken: UnitSet = [];
  for (const unit of await rankSingles(judge, problem, judge.windows)) {
    const next = add(taken, unit);
    if (next.length >= units || !canLeadOn(next)) continue;
    taken = next;
    if (mayDrop(taken)) sets.push(taken);
  }
  return sets;
}

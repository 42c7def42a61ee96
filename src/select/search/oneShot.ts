import type { Judge } from './types.js';

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

import type { Judge } from './types.js';

/**
 * Measures the damage of each block alone, which is a score like any other (Shortened LLaMA, Kim et al. 2024, section
 * 3.2).
 * @returns `[blocks]`
 */
export async function measureSingles(judge: Judge, blocks: number): Promise<readonly number[]> {
  const singles = Array.from({ length: blocks }, (_, block) => ({ set: [block], base: [] }));
  return judge.measure(singles, judge.windows);
}

import type { BlockSet, Candidate, Judge } from './types.js';

/** A candidate and its mean damage over the windows it was measured on last. */
export interface Judged extends Candidate {
  readonly damage: number;
}

/** How candidates are narrowed down: on so many windows, to so many that go on. */
export interface Rung {
  readonly windows: number;
  readonly keep: number;
}

/**
 * Measures candidates on more and more windows, each time those alone that did best (successive halving, Jamieson and
 * Talwalkar 2016).
 * @returns those that are left, the best first
 */
export async function narrowDown(
  judge: Judge,
  candidates: readonly Candidate[],
  rungs: readonly Rung[],
): Promise<readonly Judged[]> {
  let left: readonly Judged[] = candidates.map((candidate) => ({ ...candidate, damage: NaN }));
  for (const { windows, keep } of rungs) {
    const damages = await judge.measure(left, Math.min(windows, judge.windows));
    left = left
      .map((candidate, i) => ({ ...candidate, damage: damages[i] ?? NaN }))
      .sort((a, b) => a.damage - b.damage || compareSets(b.set, a.set))
      .slice(0, keep);
  }
  return left;
}

/** How many windows are measured, over all candidates, when so many are narrowed down. */
export function countMeasured(candidates: number, rungs: readonly Rung[], windows: number): number {
  let left = candidates;
  let measured = 0;
  let seen = 0;
  for (const rung of rungs) {
    const upTo = Math.min(rung.windows, windows);
    measured += left * Math.max(0, upTo - seen);
    seen = Math.max(seen, upTo);
    left = Math.min(left, rung.keep);
  }
  return measured;
}

/** How many windows the first rung measures on. */
export function findFirstWindows(rungs: readonly Rung[], judge: Judge): number {
  return Math.min(rungs[0]?.windows ?? Infinity, judge.windows);
}

/** Of equal damage the set that drops later blocks comes first, as in the choice by scores. */
function compareSets(a: BlockSet, b: BlockSet): number {
  const at = a.findIndex((block, i) => block !== b[i]);
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

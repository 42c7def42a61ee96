import type { UnitSet, Candidate, Judge } from './types.js';

/** A candidate and its mean damage over the windows it was measured on last. */
export interface Judged extends Candidate {
  readonly damage: number;
}

/** How candidates are narrowed down: on so many windows, to so many that go on. */
export interface Rung {
  readonly windows: number;
  readonly keep: number;
}

/** How so many candidates are narrowed down on so many windows. */
export type RungPlan = (candidates: number, windows: number) => readonly Rung[];

/** All on all windows. */
export const measureAll =
  (keep: number): RungPlan =>
  (_, windows) => [{ windows, keep }];

/** On a single window chance decides too often. */
const fewestWindows = 2;

/** All on an eighth of the windows, two at least; a third of them on three eighths, an eighth on all. */
export const halve =
  (keep: number): RungPlan =>
  (candidates, windows) => {
    const rung = (eighths: number, part: number) => ({
      windows: Math.min(windows, Math.max(fewestWindows, Math.round((eighths * windows) / 8))),
      keep: Math.max(keep, Math.round(candidates / part)),
    });
    return [rung(1, 3), rung(3, 8), { windows, keep }];
  };

/**
 * Measures candidates on more and more windows, each time those alone that did best (successive halving, Jamieson and
 * Talwalkar 2016). Among candidates of several weights those did best that add least damage by weight.
 *
 * @param weigh what a set weighs; equal for all unless given
 * @returns those that are left, the best first
 */
export async function narrowDown(
  judge: Judge,
  candidates: readonly Candidate[],
  rungs: readonly Rung[],
  weigh: (set: UnitSet) => number = () => 1,
): Promise<readonly Judged[]> {
  let left: readonly Judged[] = candidates.map((candidate) => ({ ...candidate, damage: NaN }));
  for (const { windows, keep } of rungs) {
    const measured = Math.min(windows, judge.windows);
    const damages = await judge.measure(left, measured);
    left = left.map((candidate, i) => ({ ...candidate, damage: damages[i] ?? NaN }));
    const price = await findPrice(judge, left, measured, weigh);
    const dearness = ({ set, damage }: Judged) => damage - price * weigh(set);
    left = [...left].sort((a, b) => dearness(a) - dearness(b) || compareSets(b.set, a.set)).slice(0, keep);
  }
  return left;
}

/**
 * What a unit of weight costs at least, in damage: what the best candidate adds to its base, by what it weighs more. Less
 * what its weight is worth at that price, the damage of candidates of several weights can be compared. 0 for equal ones.
 */
async function findPrice(
  judge: Judge,
  candidates: readonly Judged[],
  windows: number,
  weigh: (set: UnitSet) => number,
): Promise<number> {
  if (new Set(candidates.map(({ set }) => weigh(set))).size < 2) return 0;
  const before = await judge.measure(
    candidates.map(({ base }) => ({ set: base, base })),
    windows,
  );
  const prices = candidates.map(
    ({ set, base, damage }, i) => (damage - (before[i] ?? NaN)) / (weigh(set) - weigh(base)),
  );
  const finite = prices.filter((price) => Number.isFinite(price));
  return finite.length === 0 ? 0 : Math.min(...finite);
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

/** How many of the windows the first rung measures on. */
export function findFirstWindows(rungs: readonly Rung[], windows: number): number {
  return Math.min(rungs[0]?.windows ?? Infinity, windows);
}

/** Of equal damage the set that drops later units comes first, as in the choice by scores. */
function compareSets(a: UnitSet, b: UnitSet): number {
  const at = a.findIndex((unit, i) => unit !== b[i]);
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

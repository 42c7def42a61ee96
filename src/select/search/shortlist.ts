import type { SearchProblem } from './types.js';

/** So many units that may be dropped, those first that scores would drop; without scores all of them. */
export function listFirst({ units, add, canLeadOn, guess }: SearchProblem, count: number): readonly number[] {
  const possible = Array.from({ length: units }, (_, unit) => unit).filter((unit) =>
    canLeadOn(add([], unit)),
  );
  return guess === undefined ? possible : sortByScore(possible, guess.scores).slice(0, count);
}

/** Units by their scores, ascending; of equal ones the later first, as in the choice by scores. */
export function sortByScore(units: readonly number[], scores: readonly number[]): readonly number[] {
  return [...units].sort((a, b) => (scores[a] ?? NaN) - (scores[b] ?? NaN) || b - a);
}

import { PruneError } from '../errors.js';
import { isAllowed, unconstrained, type ChoiceConstraints } from './lowest.js';

/**
 * The `count` blocks in a row with the lowest score among all such runs that respect the constraints; of equal scores the
 * later run (Gromov et al. 2024, algorithm of section 4).
 *
 * @param runs `[blocks + 1][blocks + 1]`: the score of the run of blocks between two states
 * @returns undefined when no run respects the constraints
 * @throws PruneError SCORE_UNDEFINED when the score of a run that may go is not a number
 */
export function findLowestRun(
  runs: readonly (readonly number[])[],
  count: number,
  constraints: ChoiceConstraints = unconstrained,
): readonly number[] | undefined {
  const blocks = runs.length - 1;
  let lowest: { readonly score: number; readonly run: readonly number[] } | undefined;
  for (let first = 0; first + count <= blocks; first++) {
    const run = Array.from({ length: count }, (_, i) => first + i);
    if (!isAllowed(constraints, blocks, run)) continue;
    const score = runs[first]?.[first + count] ?? NaN;
    if (Number.isNaN(score)) {
      throw new PruneError(
        'SCORE_UNDEFINED',
        `Blocks ${first} to ${first + count - 1} have no score, so no choice can be made by it.`,
      );
    }
    if (lowest === undefined || score <= lowest.score) lowest = { score, run };
  }
  return lowest?.run;
}

import { PruneError } from '../errors.js';
import type { StateSums } from './gramSums.js';
import { standardError } from './weighted.js';

/** Every score that one pass over the windows gives; means over tokens. */
export interface BlockScores {
  readonly blocks: number;
  readonly tokens: number;
  readonly windows: number;
  /**
   * `1 − mean cos(X_i, X_{i+1})` of each block: 0 means that the block turns no state.
   * Men et al. 2024, "ShortGPT", equation 1.
   */
  readonly blockInfluence: readonly number[];
  /** `mean ‖X_{i+1} − X_i‖ / ‖X_{i+1}‖` of each block. Samragh et al. 2023; ShortGPT, section 4.4. */
  readonly relativeMagnitude: readonly number[];
  /** `mean arccos(cos(X_i, X_j)) / π` of all pairs of states. Gromov et al. 2024. */
  readonly angularDistance: readonly (readonly number[])[];
  /** `mean cos(X_i, X_j)` of all pairs of states. */
  readonly similarity: readonly (readonly number[])[];
  /** Standard errors of the per-block scores, from the spread between windows; Infinity for a single window. */
  readonly standardErrors: {
    readonly blockInfluence: readonly number[];
    readonly relativeMagnitude: readonly number[];
    readonly angularDistance: readonly number[];
  };
}

/**
 * Puts the sums of windows together.
 * @throws PruneError SCORE_UNDEFINED without windows
 */
export function combineSums(sums: readonly StateSums[], blocks: number): BlockScores {
  const tokens = sums.reduce((total, window) => total + window.tokens, 0);
  if (tokens === 0) throw new PruneError('SCORE_UNDEFINED', 'Blocks cannot be scored without tokens.');
  const states = blocks + 1;
  const mean = (pick: (window: StateSums) => number) =>
    sums.reduce((sum, window) => sum + pick(window), 0) / tokens;
  const weights = sums.map((window) => window.tokens);
  const spread = (pick: (window: StateSums) => number) =>
    standardError(
      sums.map((window) => pick(window) / window.tokens),
      weights,
    );
  const matrix = (pick: (window: StateSums) => Float64Array) =>
    range(states).map((i) => range(states).map((j) => mean((window) => pick(window)[i * states + j] ?? NaN)));

  const influence = (block: number) => (w: StateSums) =>
    w.tokens - (w.cosine[block * states + block + 1] ?? NaN);
  const change = (block: number) => (w: StateSums) => w.change[block] ?? NaN;
  const angle = (block: number) => (w: StateSums) => w.angle[block * states + block + 1] ?? NaN;
  return {
    blocks,
    tokens,
    windows: sums.length,
    blockInfluence: range(blocks).map((block) => mean(influence(block))),
    relativeMagnitude: range(blocks).map((block) => mean(change(block))),
    angularDistance: matrix(({ angle: values }) => values),
    similarity: matrix(({ cosine }) => cosine),
    standardErrors: {
      blockInfluence: range(blocks).map((block) => spread(influence(block))),
      relativeMagnitude: range(blocks).map((block) => spread(change(block))),
      angularDistance: range(blocks).map((block) => spread(angle(block))),
    },
  };
}

function range(length: number): readonly number[] {
  return Array.from({ length }, (_, i) => i);
}

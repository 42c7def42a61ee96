import { PruneError } from '../errors.js';

/** Sums over tokens of what the metrics need, from Gram matrices of the residual states. */
export interface StateSums {
  readonly tokens: number;
  /** Sum of `cos(X_i, X_j)`, `[states, states]`. */
  readonly cosine: Float64Array;
  /** Sum of `arccos(cos(X_i, X_j)) / π`, `[states, states]`. */
  readonly angle: Float64Array;
  /** Sum of `‖X_{i+1} − X_i‖ / ‖X_{i+1}‖`, `[states - 1]`. */
  readonly change: Float64Array;
}

/**
 * Sums one window.
 *
 * @param gram `[tokens, states, states]`: inner products of the states of each token
 * @throws PruneError SCORE_UNDEFINED when a state is zero or not finite
 */
export function sumGram(gram: Float32Array, states: number): StateSums {
  const size = states * states;
  const tokens = gram.length / size;
  const cosine = new Float64Array(size);
  const angle = new Float64Array(size);
  const change = new Float64Array(states - 1);
  const norms = new Float64Array(states);

  for (let token = 0; token < tokens; token++) {
    const at = token * size;
    for (let i = 0; i < states; i++) {
      norms[i] = Math.sqrt(gram[at + i * states + i] ?? NaN);
      if (!((norms[i] ?? NaN) > 0 && Number.isFinite(norms[i]))) throw undefinedState(i, token, norms[i]);
    }
    for (let i = 0; i < states; i++) {
      const own = norms[i] ?? NaN;
      for (let j = i; j < states; j++) {
        const other = norms[j] ?? NaN;
        const product = gram[at + i * states + j] ?? NaN;
        // rounding may carry the cosine of equal states past 1
        const cos = i === j ? 1 : Math.max(-1, Math.min(1, product / (own * other)));
        cosine[i * states + j] = (cosine[i * states + j] ?? 0) + cos;
        angle[i * states + j] = (angle[i * states + j] ?? 0) + Math.acos(cos) / Math.PI;
        if (j === i + 1) {
          const squared = Math.max(0, own * own + other * other - 2 * product);
          change[i] = (change[i] ?? 0) + Math.sqrt(squared) / other;
        }
      }
    }
  }
  mirror(cosine, states);
  mirror(angle, states);
  return { tokens, cosine, angle, change };
}

function mirror(matrix: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) matrix[i * size + j] = matrix[j * size + i] ?? NaN;
  }
}

function undefinedState(state: number, token: number, norm: number | undefined): PruneError {
  const what = norm === 0 ? 'is zero' : 'is not a finite number';
  const where = state === 0 ? 'before block 0' : `after block ${state - 1}`;
  return new PruneError(
    'SCORE_UNDEFINED',
    `The residual stream ${where} ${what} at token ${token} of a window, so scores are undefined. The model file may be damaged.`,
  );
}

import { PruneError } from '../errors.js';

/** The part of a model that evaluation needs. */
export interface LossSource {
  runWindow(
    request: { readonly tokens: Int32Array; readonly losses: true; readonly bypass?: readonly number[] },
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<{ readonly losses: Float32Array; readonly predictions: Int32Array }>;
}

/** Loss over windows, each begun with an empty context; the first token of a window is not scored. */
export interface LossResult {
  /** `exp` of the mean loss over all scored tokens. */
  readonly perplexity: number;
  /** Mean loss in nats and its standard error over tokens. */
  readonly loss: number;
  readonly lossError: number;
  readonly tokens: number;
  /** By window, by token. */
  readonly losses: readonly Float32Array[];
  readonly predictions: readonly Int32Array[];
}

export interface LossOptions {
  /** Blocks left out, ascending. */
  readonly bypass?: readonly number[];
  readonly signal?: AbortSignal | undefined;
  readonly onWindow?: ((done: number, total: number) => void) | undefined;
}

/**
 * Measures the loss of a model on windows.
 * @throws PruneError SCORE_UNDEFINED when a loss is not a finite number
 */
export async function measureLoss(
  model: LossSource,
  windows: readonly Int32Array[],
  { bypass = [], signal, onWindow }: LossOptions = {},
): Promise<LossResult> {
  const losses: Float32Array[] = [];
  const predictions: Int32Array[] = [];
  onWindow?.(0, windows.length);
  for (const tokens of windows) {
    const result = await model.runWindow({ tokens, losses: true, bypass }, { signal });
    losses.push(result.losses);
    predictions.push(result.predictions);
    onWindow?.(losses.length, windows.length);
  }
  return { ...summariseLosses(losses), losses, predictions };
}

function summariseLosses(windows: readonly Float32Array[]): Omit<LossResult, 'losses' | 'predictions'> {
  let tokens = 0;
  let sum = 0;
  let squares = 0;
  for (const window of windows) {
    for (const loss of window) {
      tokens++;
      sum += loss;
      squares += loss * loss;
    }
  }
  const loss = sum / tokens;
  if (!Number.isFinite(loss)) {
    throw new PruneError(
      'SCORE_UNDEFINED',
      'The loss is not a finite number: the model computes no usable output.',
    );
  }
  const variance = Math.max(0, squares / tokens - loss * loss);
  return {
    perplexity: Math.exp(loss),
    loss,
    lossError: Math.sqrt(variance / Math.max(1, tokens - 1)),
    tokens,
  };
}

/** Share of tokens in whose place both models hold the same token most likely; 0 to 1. */
export function measureAgreement(before: LossResult, after: LossResult): number {
  let same = 0;
  let tokens = 0;
  before.predictions.forEach((window, w) => {
    window.forEach((token, t) => {
      tokens++;
      if (after.predictions[w]?.[t] === token) same++;
    });
  });
  return same / tokens;
}

/** The largest difference between the losses of two results, in nats; Infinity if they are not of the same tokens. */
export function findLargestDifference(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  const isSameShape = a.length === b.length && a.every((window, w) => window.length === b[w]?.length);
  if (!isSameShape) return Infinity;
  let largest = 0;
  a.forEach((window, w) => {
    window.forEach((loss, t) => {
      const difference = Math.abs(loss - (b[w]?.[t] ?? NaN));
      // NaN must not pass for equal
      if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference;
    });
  });
  return largest;
}

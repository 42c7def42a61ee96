import { PruneError } from '../errors.js';
import { toScoredWindow, type LossWindow } from './textWindows.js';

/** The part of a model that evaluation needs. */
export interface LossSource {
  runWindow(
    request: {
      readonly tokens: Int32Array;
      readonly losses: true;
      readonly firstScored?: number;
      readonly distribution?: 'keep' | 'compare';
      readonly bypass?: readonly number[];
      readonly bypassAttention?: readonly number[];
      readonly overridden?: boolean;
    },
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<WindowLosses & { readonly divergences: Float32Array }>;
}

/** `[scored tokens]` of one window: losses in nats, and the token held most likely in place of each. */
export interface WindowLosses {
  readonly losses: Float32Array;
  readonly predictions: Int32Array;
}

/** Loss over windows, each begun with an empty context. */
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

/** How windows are measured. */
export interface LossOptions {
  /** Blocks left out, ascending. */
  readonly bypass?: readonly number[];
  /** Blocks whose attention alone is left out, ascending. */
  readonly bypassAttention?: readonly number[];
  /** Whether what heals the model is in place. */
  readonly overridden?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onWindow?: ((done: number, total: number) => void) | undefined;
}

/**
 * Measures the loss of a model on windows.
 * @throws PruneError SCORE_UNDEFINED when a loss is not a finite number
 */
export async function measureLoss(
  model: LossSource,
  windows: readonly LossWindow[],
  { bypass = [], bypassAttention = [], overridden = false, signal, onWindow }: LossOptions = {},
): Promise<LossResult> {
  const measured: WindowLosses[] = [];
  onWindow?.(0, windows.length);
  for (const window of windows) {
    const request = { ...toScoredWindow(window), losses: true, bypass, bypassAttention, overridden } as const;
    measured.push(await model.runWindow(request, { signal }));
    onWindow?.(measured.length, windows.length);
  }
  return summariseLosses(measured);
}

/**
 * Puts the losses of windows together.
 * @throws PruneError SCORE_UNDEFINED when a loss is not a finite number
 */
export function summariseLosses(windows: readonly WindowLosses[]): LossResult {
  const losses = windows.map((window) => window.losses);
  const { mean, error, count } = averageValues(losses);
  if (!Number.isFinite(mean)) throw undefinedLoss();
  return {
    perplexity: Math.exp(mean),
    loss: mean,
    lossError: error,
    tokens: count,
    losses,
    predictions: windows.map(({ predictions }) => predictions),
  };
}

export function undefinedLoss(): PruneError {
  return new PruneError(
    'SCORE_UNDEFINED',
    'The loss is not a finite number: the model computes no usable output.',
  );
}

/** The mean of all values and its standard error, with the values taken for independent. */
export function averageValues(parts: readonly (readonly number[] | Float32Array)[]): {
  readonly mean: number;
  readonly error: number;
  readonly count: number;
} {
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (const part of parts) {
    for (const value of part) {
      count++;
      sum += value;
      squares += value * value;
    }
  }
  const mean = sum / count;
  const variance = Math.max(0, squares / count - mean * mean);
  return { mean, error: Math.sqrt(variance / Math.max(1, count - 1)), count };
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

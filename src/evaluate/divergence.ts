import { PruneError } from '../errors.js';
import {
  averageValues,
  summariseLosses,
  type LossOptions,
  type LossResult,
  type LossSource,
  type WindowLosses,
} from './perplexity.js';
import { toScoredWindow, type LossWindow } from './textWindows.js';

/** A model, perhaps with something left out. */
export interface Candidate {
  readonly model: LossSource;
  /** Blocks left out, ascending. */
  readonly bypass?: readonly number[];
  /** Blocks whose attention alone is left out, ascending. */
  readonly bypassAttention?: readonly number[];
  /** Whether what heals the model is in place. */
  readonly overridden?: boolean;
}

/** One window of two models: what each loses, and how far apart their distributions are, by scored token, in nats. */
export interface WindowComparison {
  readonly before: WindowLosses;
  readonly after: WindowLosses;
  readonly divergences: Float32Array;
}

/** How far a model is from its original, over scored tokens. Errors are standard errors. */
export interface Divergence {
  /** Kullback-Leibler divergence from the original's distribution, in nats. */
  readonly mean: number;
  readonly error: number;
  readonly median: number;
  readonly percentile99: number;
  readonly highest: number;
  /** Share of tokens in whose place both hold the same token most likely. */
  readonly sameTop: number;
  readonly sameTopError: number;
  /** `ln(perplexity after ÷ before)`, and its error, which is smaller than those of both: they are of the same tokens. */
  readonly logRatio: number;
  readonly logRatioError: number;
}

export interface Comparison {
  readonly before: LossResult;
  readonly after: LossResult;
  readonly divergence: Divergence;
}

/** Runs a window on the original and on a model, which are in the same process. */
export async function compareWindow(
  original: Candidate,
  candidate: Candidate,
  window: LossWindow,
  signal?: AbortSignal,
): Promise<WindowComparison> {
  const [compared] = await compareSeveral(original, [candidate], window, signal);
  if (compared === undefined) throw new RangeError('nothing was compared');
  return compared;
}

/** Runs a window once on the original, and on each of some models in the same process. */
export async function compareSeveral(
  original: Candidate,
  candidates: readonly Candidate[],
  window: LossWindow,
  signal?: AbortSignal,
): Promise<readonly WindowComparison[]> {
  const run = (
    { model, bypass = [], bypassAttention = [], overridden = false }: Candidate,
    distribution: 'keep' | 'compare',
  ) =>
    model.runWindow(
      { ...toScoredWindow(window), losses: true, bypass, bypassAttention, overridden, distribution },
      { signal },
    );
  const before = await run(original, 'keep');
  const compared: WindowComparison[] = [];
  for (const candidate of candidates) {
    const after = await run(candidate, 'compare');
    compared.push({ before, after, divergences: after.divergences });
  }
  return compared;
}

/**
 * Measures how far a model is from its original: the divergence of their distributions over the whole vocabulary, as
 * `llama-perplexity --kl-divergence` defines it, without a file of logits.
 * @throws PruneError SCORE_UNDEFINED when a loss or a divergence is not a finite number
 */
export async function compareModels(
  original: Candidate,
  candidate: Candidate,
  windows: readonly LossWindow[],
  { signal, onWindow }: Omit<LossOptions, 'bypass' | 'bypassAttention'> = {},
): Promise<Comparison> {
  const compared: WindowComparison[] = [];
  onWindow?.(0, windows.length);
  for (const window of windows) {
    compared.push(await compareWindow(original, candidate, window, signal));
    onWindow?.(compared.length, windows.length);
  }
  return summariseComparison(compared);
}

/**
 * Puts the comparisons of windows together.
 * @throws PruneError SCORE_UNDEFINED when a loss or a divergence is not a finite number
 */
export function summariseComparison(windows: readonly WindowComparison[]): Comparison {
  const before = summariseLosses(windows.map((window) => window.before));
  const after = summariseLosses(windows.map((window) => window.after));
  const kl = averageValues(windows.map(({ divergences }) => divergences));
  // finite losses are of the scored tokens alone; an infinite logit of any other one shows here
  if (!Number.isFinite(kl.mean)) {
    throw new PruneError(
      'SCORE_UNDEFINED',
      'The divergence is not a finite number: a model computes no usable output.',
    );
  }
  const sorted = Float32Array.from(windows.flatMap(({ divergences }) => [...divergences])).sort();
  const ratio = averageValues(
    after.losses.map((losses, w) => losses.map((loss, t) => loss - (before.losses[w]?.[t] ?? NaN))),
  );
  const sameTop = measureAgreement(before, after);
  return {
    before,
    after,
    divergence: {
      mean: kl.mean,
      error: kl.error,
      median: findPercentile(sorted, 0.5),
      percentile99: findPercentile(sorted, 0.99),
      highest: sorted.at(-1) ?? NaN,
      sameTop,
      sameTopError: Math.sqrt((sameTop * (1 - sameTop)) / Math.max(1, kl.count - 1)),
      logRatio: ratio.mean,
      logRatioError: ratio.error,
    },
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

/** Of ascending values, with those between two of them taken as on a line, as llama-perplexity does. */
function findPercentile(sorted: Float32Array, share: number): number {
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  const [a = NaN, b = a] = sorted.subarray(low, low + 2);
  return a + (place - low) * (b - a);
}

import { averageValues, type Grade, type Rate } from '../../evaluate/index.js';
import type { Ranked } from './front.js';

/** A measured file. */
export interface Contender extends Ranked {
  readonly kind: 'quantised' | 'pruned';
  /** By window, by token: the divergence from the original, in nats. The same tokens for all files. */
  readonly divergences: readonly Float32Array[];
  /** Perplexity ÷ that of the original, and what that is called. */
  readonly perplexityRatio: number;
  readonly grade: Grade;
  /** Tokens per second; undefined when no times were taken. */
  readonly prompt: Rate | undefined;
  readonly generation: Rate | undefined;
}

/** How much more one file diverges than another, on the same tokens. */
export interface DivergenceGap {
  readonly mean: number;
  /** Standard error of that difference. */
  readonly error: number;
}

/** What to take at a size. */
export interface Judgement<T extends Contender> {
  readonly pruned: T | undefined;
  readonly quantised: T | undefined;
  readonly taken: T | undefined;
  /**
   * `only`: there is no other one; `closer` to the original by more than two standard errors; `faster`: as close, and
   * clearly faster; `close`: nothing tells them apart, and the mean is lower.
   */
  readonly reason: 'nothing' | 'only' | 'closer' | 'faster' | 'close';
  /** The one that is not taken − the one that is; undefined unless there are two. */
  readonly gap: DivergenceGap | undefined;
}

/** Differences of fewer standard errors than this tell nothing. */
const clearErrors = 2;

/**
 * Judges at a size: of either kind the file closest to the original among those that are not larger, and then between
 * the two.
 */
export function judgeSize<T extends Contender>(size: number, files: readonly T[]): Judgement<T> {
  const fitting = files.filter(({ bytes }) => bytes <= size);
  const pruned = findClosest(fitting, 'pruned');
  const quantised = findClosest(fitting, 'quantised');
  if (pruned === undefined || quantised === undefined) {
    const taken = pruned ?? quantised;
    return { pruned, quantised, taken, reason: taken === undefined ? 'nothing' : 'only', gap: undefined };
  }
  const [near, far] = pruned.divergence < quantised.divergence ? [pruned, quantised] : [quantised, pruned];
  const gap = measureGap(near, far);
  if (gap.mean > clearErrors * gap.error) return { pruned, quantised, taken: near, reason: 'closer', gap };
  if (isClearlyFaster(near, far)) return { pruned, quantised, taken: near, reason: 'faster', gap };
  if (isClearlyFaster(far, near)) {
    return { pruned, quantised, taken: far, reason: 'faster', gap: { ...gap, mean: -gap.mean } };
  }
  return { pruned, quantised, taken: near, reason: 'close', gap };
}

function findClosest<T extends Contender>(files: readonly T[], kind: Contender['kind']): T | undefined {
  return files
    .filter((file) => file.kind === kind)
    .reduce<T | undefined>(
      (best, file) => (best === undefined || file.divergence < best.divergence ? file : best),
      undefined,
    );
}

function measureGap(near: Contender, far: Contender): DivergenceGap {
  const { mean, error } = averageValues(
    far.divergences.map((window, w) =>
      Array.from(window, (value, t) => value - (near.divergences[w]?.[t] ?? NaN)),
    ),
  );
  return { mean, error };
}

function isClearlyFaster({ generation: a }: Contender, { generation: b }: Contender): boolean {
  return isClearlyHigher(a, b);
}

/** Higher in every round than the other in any. */
export function isClearlyHigher(a: Rate | undefined, b: Rate | undefined): boolean {
  return a !== undefined && b !== undefined && a.lowest > b.highest;
}

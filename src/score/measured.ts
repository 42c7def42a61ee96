import type { BlockScores } from './blockScores.js';
import { standardError } from './blockScores.js';

/** Values of each block in each window: `[windows][blocks]`, means over the window's tokens. */
export type WindowValues = readonly (readonly number[])[];

/** What metrics are computed from. Only what a metric needs is measured. */
export interface Measured {
  /** One pass over the windows. */
  readonly pass?: BlockScores;
  /** The sum of the absolute values of each block's weight matrices. */
  readonly magnitudes?: readonly number[];
  /** The divergence of the model without a block from the whole one, in nats. */
  readonly kl?: WindowValues;
  /** What the loss grows by without a block, in nats. */
  readonly perplexity?: WindowValues;
  /** The size of the derivative of a token's loss by the share of what a block adds, at all of it, in nats. */
  readonly slopes?: WindowValues;
}

/** What there is to be measured. */
export type Measurement = keyof Measured;

/** The mean of each block over the windows, which count alike. */
export function averageWindows(values: WindowValues): readonly number[] {
  return (values[0] ?? []).map((_, block) => mean(takeBlock(values, block)));
}

/** The standard error of each block's mean, from the spread between windows; Infinity for a single one. */
export function spreadWindows(values: WindowValues): readonly number[] {
  return (values[0] ?? []).map((_, block) => standardError(takeBlock(values, block)));
}

function takeBlock(values: WindowValues, block: number): readonly number[] {
  return values.map((window) => window[block] ?? NaN);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

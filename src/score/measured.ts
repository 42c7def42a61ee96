import type { BlockScores } from './blockScores.js';
import { standardError, weighMean } from './weighted.js';

/** What was measured of each block in each window. */
export interface WindowValues {
  /** `[windows]`: how many tokens the means of a window are over. */
  readonly tokens: readonly number[];
  /** `[windows][blocks]`: means over the tokens of the window. */
  readonly means: readonly (readonly number[])[];
}

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

/** Over how many windows it was measured; 0 for what needs none. */
export function countMeasured({ pass, kl, perplexity, slopes }: Measured): number {
  return pass?.windows ?? (kl ?? perplexity ?? slopes)?.tokens.length ?? 0;
}

/** The mean of each block over all tokens. */
export function averageWindows({ tokens, means }: WindowValues): readonly number[] {
  return listBlocks(means).map((values) => weighMean(values, tokens));
}

/** The standard error of each block's mean, from the spread between windows; Infinity for a single one. */
export function spreadWindows({ tokens, means }: WindowValues): readonly number[] {
  return listBlocks(means).map((values) => standardError(values, tokens));
}

/** `[blocks][windows]` */
function listBlocks(means: WindowValues['means']): readonly (readonly number[])[] {
  return (means[0] ?? []).map((_, block) => means.map((window) => window[block] ?? NaN));
}

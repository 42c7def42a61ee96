import { PruneError } from '../errors.js';
import { countDrop, type Dropped } from './formatDrop.js';

/** What a drop must reach, and what it may cost. Undefined: not asked for. */
export interface Budget {
  /** The most bytes of the file. */
  readonly maxBytes?: number | undefined;
  /** The least generation speed, as a multiple of the original's. */
  readonly minSpeedup?: number | undefined;
  /** What the perplexity may grow by, as a share of the original's. */
  readonly maxPerplexityIncrease?: number | undefined;
  /** The most mean divergence from the original, in nats. */
  readonly maxKl?: number | undefined;
}

/** What a drop reaches and costs. */
export interface DropFigures {
  readonly bytes: number;
  /** Null unless it was measured. */
  readonly speedup: number | null;
  readonly perplexityIncrease: number;
  readonly kl: number;
}

/** A drop held against a budget: what it does not reach, and what it costs too much, in words; empty where all is well. */
export interface BudgetJudgement {
  readonly lacking: readonly string[];
  readonly exceeded: readonly string[];
}

const percent = (share: number) => `${(100 * share).toPrecision(3)} %`;
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

/** @throws PruneError USAGE for a bound that is none */
export function checkBudget({ maxBytes, minSpeedup, maxPerplexityIncrease, maxKl }: Budget): void {
  const refuse = (what: string) => {
    throw new PruneError('USAGE', what);
  };
  if (maxBytes !== undefined && !(maxBytes > 0))
    refuse(`The most bytes must be more than 0, not ${maxBytes}.`);
  if (minSpeedup !== undefined && !(minSpeedup >= 1 && Number.isFinite(minSpeedup))) {
    refuse(`--min-speedup must be 1 or more, such as 1.3 for 30 % faster; not ${minSpeedup}.`);
  }
  if (maxPerplexityIncrease !== undefined && !(maxPerplexityIncrease >= 0)) {
    refuse(
      `--max-perplexity-increase must be 0 % or more, such as 15%; not ${100 * maxPerplexityIncrease} %.`,
    );
  }
  if (maxKl !== undefined && !(maxKl >= 0)) refuse(`--max-kl must be 0 or more, such as 0.2; not ${maxKl}.`);
}

/**
 * Refuses a budget that asks for nothing that the model is not already, since the fewest blocks that reach it are none.
 * @param bytes of the model as it is
 * @throws PruneError BUDGET
 */
export function checkDemand(budget: Budget, bytes: number, label: string): void {
  const { maxBytes, minSpeedup } = budget;
  const asItIs = { bytes, speedup: 1, perplexityIncrease: 0, kl: 0 };
  if (!hasDemand(budget) || judgeBudget(budget, asItIs).lacking.length > 0) return;
  const met = [
    ...(maxBytes === undefined
      ? []
      : [`it has ${megabytes(bytes)}, and may have as much as ${megabytes(maxBytes)}`]),
    ...(minSpeedup === undefined ? [] : [`it is to be ${minSpeedup} times as fast as it is`]),
  ];
  throw new PruneError(
    'BUDGET',
    `${label} is within the budget as it is: ${met.join(', and ')}. There is nothing to drop.`,
  );
}

/**
 * Refuses a size that no drop reaches.
 * @param smallest the drop that leaves least, and the bytes that the file has at least without it
 * @throws PruneError BUDGET
 */
export function checkReach({ maxBytes }: Budget, smallest: Dropped & { readonly bytes: number }): void {
  if (maxBytes === undefined || smallest.bytes <= maxBytes) return;
  throw new PruneError(
    'BUDGET',
    `No drop is within the budget: without ${countDrop(smallest)}, the most that can go, the file still has ` +
      `${megabytes(smallest.bytes)}, more than ${megabytes(maxBytes)}.`,
  );
}

/** Refuses a file that is larger than its budget. @throws PruneError BUDGET */
export function checkPlanned({ maxBytes }: Budget, bytes: number): void {
  if (maxBytes === undefined || bytes <= maxBytes) return;
  throw new PruneError(
    'BUDGET',
    `The file would have ${megabytes(bytes)}, more than ${megabytes(maxBytes)}. It is not written.`,
  );
}

/** Whether a budget asks for something to be reached, and so for as many blocks as that takes. */
export function hasDemand({ maxBytes, minSpeedup }: Budget): boolean {
  return maxBytes !== undefined || minSpeedup !== undefined;
}

/** Holds a drop against a budget. What is no number reaches nothing and costs too much. */
export function judgeBudget(budget: Budget, figures: DropFigures): BudgetJudgement {
  const { maxBytes = Infinity, minSpeedup, maxPerplexityIncrease = Infinity, maxKl = Infinity } = budget;
  const { bytes, speedup, perplexityIncrease, kl } = figures;
  const lacking = [];
  const exceeded = [];
  if (!(bytes <= maxBytes))
    lacking.push(`the file has ${megabytes(bytes)}, more than ${megabytes(maxBytes)}`);
  if (minSpeedup !== undefined && !((speedup ?? NaN) >= minSpeedup)) {
    lacking.push(`it is ${(speedup ?? NaN).toFixed(2)} times as fast, less than ${minSpeedup} times`);
  }
  if (!Number.isFinite(perplexityIncrease) || !Number.isFinite(kl)) {
    return { lacking, exceeded: ['the model computes no usable output'] };
  }
  if (perplexityIncrease > maxPerplexityIncrease) {
    exceeded.push(
      `perplexity grows by ${percent(perplexityIncrease)}, more than ${percent(maxPerplexityIncrease)}`,
    );
  }
  if (kl > maxKl) exceeded.push(`the divergence is ${kl.toPrecision(3)} nats, more than ${maxKl}`);
  return { lacking, exceeded };
}

/** A drop on the way, with what it reaches and costs. */
export interface BudgetStep extends Dropped {
  readonly figures: DropFigures;
}

/**
 * How many drops that cost too much are tried before any that does not: where places matter, few blocks may cost more than
 * many, of which there is more choice.
 */
const mostInVain = 3;

/**
 * Takes drops of more and more blocks until the budget is settled: with a demand the first one that reaches it, without
 * one the last one before a cost exceeds its bound.
 *
 * @returns the drop and those before it; the last of `tried` may be the one that went too far
 * @throws PruneError BUDGET where no drop is within the budget, with what the nearest one lacks or costs
 */
export async function findWithinBudget<T extends BudgetStep>(
  steps: AsyncIterable<T>,
  budget: Budget,
): Promise<{ readonly found: T; readonly tried: readonly T[] }> {
  const tried: T[] = [];
  let within: T | undefined;
  for await (const step of steps) {
    tried.push(step);
    const { lacking, exceeded } = judgeBudget(budget, step.figures);
    if (exceeded.length > 0) {
      if (within !== undefined || tried.length >= mostInVain) break;
      continue;
    }
    within = step;
    if (hasDemand(budget) && lacking.length === 0) return { found: step, tried };
  }
  if (!hasDemand(budget) && within !== undefined) return { found: within, tried };
  throw new PruneError('BUDGET', explainMiss(tried, budget));
}

function explainMiss(tried: readonly BudgetStep[], budget: Budget): string {
  if (tried.length === 0) return 'No block of this model can be dropped.';
  const isDear = ({ figures }: BudgetStep) => judgeBudget(budget, figures).exceeded.length > 0;
  // after some that cost no more than is allowed the last one is the nearest, else the one that costs least
  const nearest = tried.every(isDear)
    ? tried.reduce((best, step) => (step.figures.kl < best.figures.kl ? step : best))
    : (tried.at(-1) ?? tried[0]);
  if (nearest === undefined) throw new RangeError('nothing was tried');
  const { lacking, exceeded } = judgeBudget(budget, nearest.figures);
  const blocks = countDrop(nearest);
  if (exceeded.length === 0) {
    return `No drop is within the budget: without ${blocks}, the most that can go, ${lacking.join(' and ')}.`;
  }
  const also = lacking.length === 0 ? '' : `, and still ${lacking.join(' and ')}`;
  return `No drop is within the budget: without ${blocks} ${exceeded.join(' and ')}${also}.`;
}

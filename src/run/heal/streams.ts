import type { Model } from '../../native/index.js';
import type { Bypass } from '../bypass.js';

/** A window, and the numbers of the streams that its states are kept in: the original's and the pruned model's. */
export interface StreamPair {
  readonly tokens: Int32Array;
  readonly original: number;
  readonly pruned: number;
}

/** A stream for states that are thrown away. */
export const scratchStream = 0;

export function numberStreams(windows: readonly Int32Array[], from: number): readonly StreamPair[] {
  return windows.map((tokens, i) => {
    const first = scratchStream + 1 + 2 * (from + i);
    return { tokens, original: first, pruned: first + 1 };
  });
}

/** Takes the original's states over some blocks, with nothing changed. */
export async function advanceOriginal(
  model: Model,
  pairs: readonly StreamPair[],
  from: number,
  until: number,
  signal?: AbortSignal,
): Promise<void> {
  for (const { tokens, original } of pairs) {
    for (let block = from; block < until; block++) {
      await model.runBlock({ tokens, block, stream: original }, { signal });
    }
  }
}

/** Takes the pruned model's states over a block, healed as it is by then. */
export async function advancePruned(
  model: Model,
  pairs: readonly StreamPair[],
  { block, bypassed, bypassAttention }: HealedBlock,
  signal?: AbortSignal,
): Promise<void> {
  for (const { tokens, pruned } of pairs) {
    await model.runBlock(
      { tokens, block, stream: pruned, overridden: true, bypassed, bypassAttention },
      { signal },
    );
  }
}

/** A block of the pruned model: one that it has, or one that a map stands for. */
export interface HealedBlock {
  readonly block: number;
  readonly bypassed: boolean;
  readonly bypassAttention: readonly number[];
}

export function describeHealedBlock(
  { bypass, bypassAttention }: Pick<Bypass, 'bypass' | 'bypassAttention'>,
  block: number,
): HealedBlock {
  return {
    block,
    bypassed: bypass.includes(block),
    bypassAttention: bypassAttention.filter((one) => one === block),
  };
}

/**
 * Whether the pruned model has anything in place of a block. The first one is always run: what it reads is a state as well.
 * @param patched dropped blocks that a map stands for
 */
export function isRun({ block, bypassed }: HealedBlock, patched: ReadonlySet<number>): boolean {
  return !bypassed || patched.has(block) || block === 0;
}

/**
 * How far the pruned model's states would be from the original's after a block: the mean over windows of the squared
 * difference as a share of the square.
 */
export async function measureError(
  model: Model,
  pairs: readonly StreamPair[],
  healed: HealedBlock,
  signal?: AbortSignal,
): Promise<number> {
  let sum = 0;
  for (const { tokens, original, pruned } of pairs) {
    if (healed.block > 0) await model.copyStream(pruned, scratchStream);
    await advancePruned(model, [{ tokens, original, pruned: scratchStream }], healed, signal);
    sum += await model.compareStreams(scratchStream, original);
  }
  return sum / pairs.length;
}

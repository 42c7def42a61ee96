import type { HealingStep } from '../../heal/index.js';
import type { Model } from '../../native/index.js';
import type { Bypass } from '../bypass.js';
import {
  advanceOriginal,
  advancePruned,
  describeHealedBlock,
  isRun,
  type HealedBlock,
  type StreamPair,
} from './streams.js';

/** The way of both streams up the model, as far as the steps need it. */
export interface Course {
  /**
   * Takes the pruned streams to the block of a step, through what was healed so far, and the original's to the state that
   * the step is to reach.
   */
  readonly goTo: (step: HealingStep) => Promise<void>;
  /** A block as the pruned model has it. */
  readonly describeBlock: (block: number) => HealedBlock;
}

/**
 * Begins below the first block.
 * @param patched dropped blocks that a map stands for by now
 */
export function createCourse(
  model: Model,
  pairs: readonly StreamPair[],
  { bypass, bypassAttention }: Bypass,
  patched: ReadonlySet<number>,
  signal?: AbortSignal,
): Course {
  let original = 0;
  let pruned = 0;
  let isOne = true;
  const describeBlock = (block: number) => describeHealedBlock({ bypass, bypassAttention }, block);
  const isChanged = (block: number) => bypass.includes(block) || bypassAttention.includes(block);

  /** Below what is changed first the streams are one: it is run once. */
  const goTogether = async (block: number) => {
    isOne = false;
    let shared = 0;
    while (shared < block && !isChanged(shared)) shared++;
    if (shared === 0) return;
    await advanceOriginal(model, pairs, 0, shared, signal);
    for (const pair of pairs) await model.copyStream(pair.original, pair.pruned);
    original = shared;
    pruned = shared;
  };

  return {
    describeBlock,
    async goTo({ block, until }) {
      if (isOne) await goTogether(block);
      for (; pruned < block; pruned++) {
        const healed = describeBlock(pruned);
        if (isRun(healed, patched)) await advancePruned(model, pairs, healed, signal);
      }
      await advanceOriginal(model, pairs, original, until, signal);
      original = Math.max(original, until);
    },
  };
}

import type { Model } from '../../native/index.js';
import { pickWindows } from '../../score/index.js';
import type { Bypass } from '../bypass.js';
import { describeHealedBlock, isRun, scratchStream } from './streams.js';

/** Windows that columns are weighed on: more change little of how matrices are rounded. */
const mostWindows = 8;

/**
 * Adds up the squares of what each matrix of the pruned model is multiplied with, by which its columns count when it is
 * quantised anew: blocks are run one by one, with an adapter if there is one.
 * @param patched dropped blocks that a map stands for
 */
export async function weighColumns(
  model: Model,
  windows: readonly Int32Array[],
  bypass: Pick<Bypass, 'bypass' | 'bypassAttention'>,
  patched: ReadonlySet<number>,
  signal?: AbortSignal,
): Promise<void> {
  for (const tokens of pickWindows(windows, mostWindows)) {
    for (let block = 0; block < model.description.trunk; block++) {
      const healed = describeHealedBlock(bypass, block);
      if (!isRun(healed, patched)) continue;
      await model.runBlock(
        { tokens, stream: scratchStream, overridden: true, squares: true, ...healed },
        { signal },
      );
    }
  }
}

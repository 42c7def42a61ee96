import type { Model } from '../../native/index.js';
import { pickWindows } from '../../score/index.js';
import type { Bypass } from '../bypass.js';
import type { RunOptions } from '../options.js';
import { reportProgress } from '../start.js';
import { describeHealedBlock, isRun, scratchStream } from './streams.js';

/** Windows that columns are weighed on: more change little of how matrices are rounded. */
const mostWindows = 8;

/**
 * Adds up the squares of what each matrix of the pruned model is multiplied with, by which its columns count when it is
 * quantised anew: blocks are run one by one.
 * @param patched dropped blocks that a map stands for
 */
export async function weighColumns(
  model: Model,
  windows: readonly Int32Array[],
  bypass: Pick<Bypass, 'bypass' | 'bypassAttention'>,
  patched: ReadonlySet<number>,
  options: RunOptions,
): Promise<void> {
  const { signal } = options;
  const weighed = pickWindows(windows, mostWindows);
  const report = reportProgress(options, 'columns');
  for (const [index, tokens] of weighed.entries()) {
    report(index, weighed.length);
    for (let block = 0; block < model.description.trunk; block++) {
      const healed = describeHealedBlock(bypass, block);
      if (!isRun(healed, patched)) continue;
      await model.runBlock(
        { tokens, stream: scratchStream, overridden: true, squares: true, ...healed },
        { signal },
      );
    }
  }
  report(weighed.length, weighed.length);
}

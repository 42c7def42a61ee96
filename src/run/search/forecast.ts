import type { RunOptions } from '../options.js';
import { reportProgress } from '../start.js';
import type { JudgeCost } from './bypassJudge.js';

/** What a search is expected to do. */
export interface Expected {
  /** Of the judge. */
  readonly windows: number;
  /** Over windows, about. */
  readonly passes: number;
}

/**
 * Reports the progress of a search by what it is expected to do; it is not done before it says so.
 * @param before what the judge has cost already
 */
export function forecast(
  options: Pick<RunOptions, 'onEvent'>,
  before: JudgeCost,
  { windows, passes }: Expected,
): (cost: JudgeCost) => void {
  const onProgress = reportProgress(options, 'search');
  // those of the whole model, which all others are compared with
  const total = passes + Math.max(0, windows - before.passes);
  onProgress(0, total);
  return (cost) => {
    onProgress(Math.min(cost.passes - before.passes, total - 1), total);
  };
}

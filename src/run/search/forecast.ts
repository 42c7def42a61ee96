import type { RunOptions } from '../options.js';
import { reportProgress } from '../start.js';
import type { JudgeCost } from './bypassJudge.js';

/** A search that takes longer says so, with what there is instead. */
const longSeconds = 600;

/** Passes after which it can be told how long a search will take. */
const enough = 12;

/** What a search is expected to do. */
export interface Expected {
  readonly name: string;
  readonly windows: number;
  /** Over windows, about. */
  readonly passes: number;
}

/**
 * Reports the progress of a search and, as soon as that can be told, that it will take long.
 * @param before what the judge has cost already
 */
export function forecast(
  options: Pick<RunOptions, 'onEvent'>,
  before: JudgeCost,
  { name, windows, passes }: Expected,
): (cost: JudgeCost) => void {
  const started = performance.now();
  const onProgress = reportProgress(options, 'search');
  // those of the whole model, which all others are compared with
  const total = passes + Math.max(0, windows - before.passes);
  onProgress(0, total);
  return (cost) => {
    const done = cost.passes - before.passes;
    onProgress(Math.min(done, total - 1), total);
    if (done !== enough) return;
    const seconds = ((performance.now() - started) / 1000 / done) * (total - done);
    if (seconds < longSeconds) return;
    const text =
      `--search ${name} runs about ${total} windows, which will take about ${formatTime(seconds)}. It can be stopped, ` +
      `and then goes on where it was. Fewer --windows take less time; --metric block-influence chooses by one pass alone.`;
    options.onEvent?.({ kind: 'note', text });
  };
}

function formatTime(seconds: number): string {
  const minutes = seconds / 60;
  return minutes < 90 ? `${minutes.toFixed(0)} minutes` : `${(minutes / 60).toFixed(1)} hours`;
}

import type { SearchReport } from '../../report/index.js';
import {
  searches,
  type BlockSet,
  type Search,
  type SearchName,
  type SearchStep,
} from '../../select/index.js';
import type { ChooseOptions } from '../choose.js';
import { reportProgress, type Run } from '../start.js';
import { openJudge } from './openJudge.js';
import { searchDefaults, type SearchOptions } from './options.js';
import { describeProblem } from './problem.js';

/** A search that has not begun. */
export interface OpenSearch {
  readonly judge: SearchReport['judge'];
  /** The best set of each size, ascending; measured as they are asked for. */
  readonly steps: AsyncIterable<SearchStep>;
  /** Mends a set, where the search does so. */
  readonly mend: (step: SearchStep) => Promise<SearchStep>;
  /** Ends it: what was measured is in its file. */
  readonly close: () => Promise<SearchReport>;
}

/**
 * Opens a search on the windows that blocks are scored on. What is measured is kept as it comes: a search that was
 * stopped, or one for more blocks, goes on where it was.
 *
 * @param start a set of the size that is wanted, to begin with; undefined when any size is
 * @throws PruneError DROP_REFUSED, OUTPUT
 */
export async function openSearch(
  run: Run,
  name: SearchName,
  start: BlockSet | undefined,
  options: SearchOptions & ChooseOptions,
): Promise<OpenSearch> {
  const { model, windows } = run;
  const measure = options.judge ?? searchDefaults.judge;
  const seed = options.seed ?? searchDefaults.seed;
  const problem = describeProblem(model, start?.length, options);
  const search: Search = searches[name];
  const onPass = reportProgress(run.options, 'search');
  const { length } = windows.scoring;
  // one pass a window for the distributions that all are compared with; of unknown size a quarter of the blocks
  const count = start?.length ?? Math.ceil(problem.blocks / 4);
  const expected = length + search.countMeasured(problem.blocks, count, length);
  onPass(0, expected);
  const { judge, journal } = await openJudge(run, measure, options, ({ passes }) => {
    onPass(Math.min(passes, expected - 1), expected);
  });
  return {
    judge: measure,
    steps: search.find(judge, problem, { seed, start }),
    mend: async (step) => search.mend?.(judge, problem, step) ?? step,
    async close() {
      await journal.flush();
      onPass(expected, expected);
      return {
        name,
        judge: measure,
        seed: search.draws ? seed : null,
        windows: length,
        ...judge.cost(),
      };
    },
  };
}

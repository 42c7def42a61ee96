import path from 'node:path';
import { PruneError } from '../../errors.js';
import type { SearchReport } from '../../report/index.js';
import { hashWindows } from '../../score/index.js';
import {
  searches,
  type BlockSet,
  type Search,
  type SearchName,
  type SearchStep,
} from '../../select/index.js';
import { llamaVersion } from '../../version.js';
import { findCacheFolder } from '../cacheFolder.js';
import type { ChooseOptions } from '../choose.js';
import { openJournal } from '../journal.js';
import { reportProgress, type Run } from '../start.js';
import { createBypassJudge, topTokens, type WindowDamage } from './bypassJudge.js';
import { countSlots } from './slots.js';
import { searchDefaults, type SearchOptions } from './options.js';
import { describeProblem } from './problem.js';

/** What a search found. */
export interface Found {
  readonly dropped: BlockSet;
  readonly report: SearchReport;
}

/**
 * Searches for the blocks that can be left out with the least damage, measured on the windows that blocks are scored on.
 * What is measured is kept as it comes: a search that was stopped, or one for more blocks, goes on where it was.
 *
 * @param start blocks that a search of one size begins with
 * @throws PruneError DROP_REFUSED, OUTPUT, NATIVE_FAILED, NATIVE_CRASHED, CANCELLED
 */
export async function searchBlocks(
  run: Run,
  name: SearchName,
  start: BlockSet,
  options: SearchOptions & ChooseOptions,
): Promise<Found> {
  const { model, windows, hash } = run;
  const count = start.length;
  const measure = options.judge ?? searchDefaults.judge;
  const seed = options.seed ?? searchDefaults.seed;
  const problem = describeProblem(model, count, options);
  const folder = path.join(options.cacheFolder ?? findCacheFolder(), 'search');
  const settings = {
    llamaCpp: llamaVersion,
    backend: model.backend,
    exact: run.options.exact ?? false,
    model: hash.sha256,
    windows: hashWindows(windows.scoring),
    topTokens,
  };
  const journal = await openJournal<WindowDamage>(folder, 'damage', settings, options.fresh);
  const search: Search = searches[name];
  const onPass = reportProgress(run.options, 'search');
  // one pass a window for the distributions that all are compared with
  const expected =
    windows.scoring.length + search.countMeasured(problem.blocks, count, windows.scoring.length);
  onPass(0, expected);
  const judge = createBypassJudge(model, windows.scoring, {
    measure,
    journal,
    slots: countSlots(model, windows.scoring),
    signal: run.options.signal,
    onPass: ({ passes }) => {
      onPass(Math.min(passes, expected - 1), expected);
    },
    onNote: (text) => run.options.onEvent?.({ kind: 'note', text }),
  });

  const steps: SearchStep[] = [];
  for await (const step of search.find(judge, problem, { seed, start })) {
    steps.push(step);
    if (step.dropped.length >= count) break;
  }
  const last = steps.at(-1);
  if (last?.dropped.length !== count) {
    throw new PruneError('DROP_REFUSED', `The search found no ${count} blocks that can be dropped together.`);
  }
  const mended = (await search.mend?.(judge, problem, last)) ?? last;
  await journal.flush();
  onPass(expected, expected);
  return {
    dropped: mended.dropped,
    report: {
      name,
      judge: measure,
      seed: search.draws ? seed : null,
      windows: windows.scoring.length,
      ...judge.cost(),
      steps: [...steps.slice(0, -1), mended],
    },
  };
}

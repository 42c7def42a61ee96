import { PruneError } from '../../errors.js';
import { formatCounted } from '../../gguf/index.js';
import type { CurveStepReport, SearchReport } from '../../report/index.js';
import type { BlockSet, SearchName, SearchStep } from '../../select/index.js';
import type { ChooseOptions } from '../choose.js';
import type { Run } from '../start.js';
import { openSearch } from './openSearch.js';
import type { SearchOptions } from './options.js';

/** What a search found. */
export interface Found {
  readonly dropped: BlockSet;
  readonly search: SearchReport;
  readonly curve: readonly CurveStepReport[];
}

/**
 * Searches for as many blocks as a set has that can be left out with the least damage.
 * @param start what a search of one size begins with
 * @throws PruneError DROP_REFUSED, OUTPUT, NATIVE_FAILED, NATIVE_CRASHED, CANCELLED
 */
export async function searchBlocks(
  run: Run,
  name: SearchName,
  start: BlockSet,
  options: SearchOptions & ChooseOptions,
): Promise<Found> {
  const search = await openSearch(run, name, start, options);
  const steps: SearchStep[] = [];
  for await (const step of search.steps) {
    steps.push(step);
    if (step.dropped.length >= start.length) break;
  }
  const last = steps.at(-1);
  if (last?.dropped.length !== start.length) {
    const blocks = formatCounted(start.length, 'block');
    throw new PruneError('DROP_REFUSED', `The search found no ${blocks} that can be dropped together.`);
  }
  const mended = await search.mend(last);
  return {
    dropped: mended.dropped,
    search: await search.close(),
    curve: [...steps.slice(0, -1), mended].map((step) => ({ ...step, droppedAttention: [], figures: null })),
  };
}

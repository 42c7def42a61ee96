import { PruneError } from '../../errors.js';
import { formatCounted } from '../../gguf/index.js';
import type { Drop } from '../../model/index.js';
import type { CurveStepReport, SearchReport } from '../../report/index.js';
import type { SearchStep } from '../../select/index.js';
import { describeStep } from '../report.js';
import type { OpenSearch, SearchGoal } from './openSearch.js';

/** What a search found. */
export interface Found extends Drop {
  readonly search: SearchReport;
  readonly curve: readonly CurveStepReport[];
}

/**
 * Searches for units that can be left out with the least damage: for so many, or where units are of several weights for as
 * much as fits.
 * @throws PruneError DROP_REFUSED, OUTPUT, NATIVE_FAILED, NATIVE_CRASHED, CANCELLED
 */
export async function searchBlocks(
  search: OpenSearch,
  goal: SearchGoal & { readonly weight: number },
): Promise<Found> {
  const { unit, units } = search;
  const course = search.begin(goal);
  const steps: SearchStep[] = [];
  for await (const step of course.steps) {
    steps.push(step);
    if (units.weigh(step.dropped) >= goal.weight) break;
  }
  const last = steps.at(-1);
  const isFound = last !== undefined && (unit === 'both' || units.weigh(last.dropped) === goal.weight);
  if (!isFound) {
    const blocks = formatCounted(goal.weight, 'block');
    const what = unit === 'attention' ? 'whose attention' : 'that';
    throw new PruneError('DROP_REFUSED', `The search found no ${blocks} ${what} can be dropped together.`);
  }
  const mended = await course.mend(last);
  return {
    ...units.toDrop(mended.dropped),
    search: await search.close(),
    curve: [...steps.slice(0, -1), mended].map(({ dropped, damage }) =>
      describeStep({ ...units.toDrop(dropped), damage }),
    ),
  };
}

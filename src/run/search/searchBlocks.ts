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

/** How much to drop, where that is settled by what the search has found up to the most that was asked for. */
export type SettleAmount = (curve: readonly CurveStepReport[]) => Promise<number>;

/**
 * Searches for units that can be left out with the least damage: for so many, or where units are of several weights for as
 * much as fits.
 * @param settle what is to be dropped instead, of the sizes on the way
 * @throws PruneError DROP_REFUSED, OUTPUT, NATIVE_FAILED, NATIVE_CRASHED, CANCELLED
 */
export async function searchBlocks(
  search: OpenSearch,
  goal: SearchGoal & { readonly weight: number },
  settle?: SettleAmount,
): Promise<Found> {
  const { unit, units } = search;
  const describe = ({ dropped, damage }: SearchStep) => describeStep({ ...units.toDrop(dropped), damage });
  const course = search.begin(goal);
  const steps: SearchStep[] = [];
  for await (const step of course.steps) {
    steps.push(step);
    if (units.weigh(step.dropped) >= goal.weight) break;
  }
  const isSettled = settle === undefined || steps.length === 0;
  const weight = isSettled ? goal.weight : await settle(steps.map(describe));
  const isMeant = ({ dropped }: SearchStep) => units.weigh(dropped) === weight;
  const last = unit === 'both' && weight === goal.weight ? steps.at(-1) : steps.findLast(isMeant);
  if (last === undefined) {
    const blocks = formatCounted(weight, 'block');
    const what = unit === 'attention' ? 'whose attention' : 'that';
    throw new PruneError('DROP_REFUSED', `The search found no ${blocks} ${what} can be dropped together.`);
  }
  const mended = await course.mend(last);
  return {
    ...units.toDrop(mended.dropped),
    search: await search.close(),
    curve: steps.map((step) => describe(step === last ? mended : step)),
  };
}

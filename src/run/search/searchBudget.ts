import {
  findWithinBudget,
  judgeBudget,
  type Budget,
  type BudgetStep,
  type UnitSet,
} from '../../select/index.js';
import type { WritingOptions } from '../planning.js';
import { describeStep } from '../report.js';
import type { Run } from '../start.js';
import { openFigures, type MeasureFigures } from './figures.js';
import type { OpenSearch, SearchCourse, SearchGoal } from './openSearch.js';
import type { KeepOptions } from './options.js';
import type { Found } from './searchBlocks.js';
import type { Units } from './units.js';

/** A drop on the way, as a set of units, with the damage that a search measured, if one did. */
interface UnitStep {
  readonly dropped: UnitSet;
  readonly damage: number | null;
}

/** A step with what it costs. */
interface DamagedStep extends BudgetStep {
  readonly set: UnitSet;
  readonly damage: number | null;
}

/**
 * Searches for the drop that a budget asks for.
 * @throws PruneError BUDGET where no drop is within it
 */
export async function searchWithinBudget(
  run: Run,
  search: OpenSearch,
  budget: Budget,
  options: WritingOptions & KeepOptions,
  propose?: SearchGoal['propose'],
): Promise<Found> {
  const { name, judge, unit, units } = search;
  const { steps, mend } = search.begin({ propose });
  const choosing = { metric: null, search: { name, judge, unit } };
  const measure = await openFigures(run, budget, choosing, options);
  const found = await chooseWithinBudget(budget, steps, measure, { ...units, mend });
  return { ...found, search: await search.close() };
}

/**
 * Finds the drop that a budget asks for.
 *
 * @param steps drops of more and more blocks
 * @throws PruneError BUDGET where no drop is within it
 */
export async function chooseWithinBudget(
  budget: Budget,
  steps: AsyncIterable<UnitStep>,
  measure: MeasureFigures,
  { toDrop, mend }: Pick<Units, 'toDrop'> & Partial<Pick<SearchCourse, 'mend'>>,
): Promise<Omit<Found, 'search'>> {
  const measureStep = async ({ dropped: set, damage }: UnitStep): Promise<DamagedStep> => {
    const drop = toDrop(set);
    return { ...drop, set, damage, figures: await measure(drop) };
  };
  const measureSteps = async function* (): AsyncGenerator<DamagedStep> {
    for await (const step of steps) yield await measureStep(step);
  };
  const { found, tried } = await findWithinBudget(measureSteps(), budget);
  const mended = await mendWithin(budget, found, mend, measureStep);
  const { dropped, droppedAttention } = mended;
  return {
    dropped,
    droppedAttention,
    curve: tried.map((step) => describeStep(step === found ? mended : step)),
  };
}

/** The mended set, if it is within the budget too. */
async function mendWithin(
  budget: Budget,
  found: DamagedStep,
  mend: SearchCourse['mend'] | undefined,
  measureStep: (step: UnitStep) => Promise<DamagedStep>,
): Promise<DamagedStep> {
  if (mend === undefined || found.damage === null) return found;
  const mended = await mend({ dropped: found.set, damage: found.damage });
  if (mended.dropped === found.set) return found;
  const measured = await measureStep(mended);
  const { lacking, exceeded } = judgeBudget(budget, measured.figures);
  return lacking.length === 0 && exceeded.length === 0 ? measured : found;
}

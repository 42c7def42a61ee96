import type { Drop } from '../model/index.js';
import { defaultMetric, findMetric, type Ranking } from '../score/index.js';
import { checkBudget, countDropped, type Amount, type BlockSet, type Budget } from '../select/index.js';
import {
  checkNamed,
  chooseDroppable,
  listDroppable,
  rehearseChoice,
  settleNamed,
  type Choosable,
  type ChooseOptions,
} from './choose.js';
import { measureFor } from './measure/measure.js';
import type { PruneRequest } from './options.js';
import type { Outcome } from './report.js';
import { asResumable } from './resumable.js';
import { chooseUnits, settleUnits, type SettledUnits } from './search/chooseUnits.js';
import type { SearchOptions } from './search/options.js';
import { searchBlocks } from './search/searchBlocks.js';
import { chooseWithinBudget, searchWithinBudget } from './search/searchBudget.js';
import type { Run } from './start.js';

/** What is to be dropped, and some drop by which it can be tried, before any work, whether that can be written. */
export type SettledAmount =
  | SettledUnits
  | ({ readonly rehearsed: Drop } & (
      { readonly named: Drop } | { readonly count: number } | { readonly budget: Budget }
    ));

/**
 * Settles what an amount means for a model.
 * @throws PruneError USAGE, NO_SUCH_BLOCK, DROP_REFUSED
 */
export function settleAmount(
  amount: Amount,
  model: Choosable,
  options: ChooseOptions & Pick<SearchOptions, 'unit'>,
): SettledAmount {
  const { description } = model;
  if ('drop' in amount) {
    const named = settleNamed(model, amount);
    checkNamed(model, named, options);
    return { named, rehearsed: named };
  }
  const { unit = 'block' } = options;
  if (unit !== 'block') return settleUnits(amount, model, unit);
  if ('budget' in amount) {
    checkBudget(amount.budget);
    const [fewest = 0] = listDroppable(model, options);
    return { budget: amount.budget, rehearsed: asDrop(rehearseChoice(model, fewest, options)) };
  }
  const count = countDropped(amount, description.trunk);
  return { count, rehearsed: asDrop(rehearseChoice(model, count, options)) };
}

const asDrop = (dropped: BlockSet): Drop => ({ dropped, droppedAttention: [] });

/** What of a report a choice makes. */
export type Choice = Pick<Outcome, 'scored' | 'metric' | keyof Drop | 'search' | 'curve'>;

/** Chooses what to drop: as they were named, by a search, or by their scores. @throws PruneError */
export async function choose(run: Run, request: PruneRequest, amount: SettledAmount): Promise<Choice> {
  if ('named' in amount) return { metric: null, ...amount.named };
  if ('unit' in amount) return chooseUnits(run, request, amount);
  const metric = request.metric ?? defaultMetric;
  const { needs, rank } = findMetric(metric);
  const measured = await measureFor(run, needs, request);
  const scored = { metric, measured };
  const ranked = rank(run.model.description.trunk, measured);
  if ('budget' in amount) {
    const found = await asResumable(() => chooseByBudget(run, request, amount.budget, ranked));
    return { scored, metric: found.search === undefined ? metric : null, ...found };
  }
  const dropped = chooseDroppable(run.model, ranked, amount.count, request);
  const { search } = request;
  if (search === undefined || dropped.length === 0) return { scored, metric, ...asDrop(dropped) };
  const goal = { weight: dropped.length, start: dropped };
  return { scored, metric: null, ...(await asResumable(() => searchBlocks(run, search, goal, request))) };
}

async function chooseByBudget(
  run: Run,
  request: PruneRequest,
  budget: Budget,
  ranked: Ranking,
): Promise<Pick<Choice, keyof Drop | 'search' | 'curve'>> {
  const { search: name } = request;
  if (name === undefined) {
    const steps = followScores(run, ranked, request);
    return chooseWithinBudget(run, budget, steps, { metric: request.metric ?? defaultMetric }, undefined);
  }
  return searchWithinBudget(run, name, budget, request);
}

/** The blocks of the lowest scores, for each number of them that can be dropped. */
async function* followScores(run: Run, ranked: Ranking, options: ChooseOptions) {
  for (const count of listDroppable(run.model, options)) {
    yield await Promise.resolve({
      dropped: chooseDroppable(run.model, ranked, count, options),
      damage: null,
    });
  }
}

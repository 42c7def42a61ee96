import { fileLabel } from '../gguf/index.js';
import type { Drop } from '../model/index.js';
import { defaultMetric, findMetric, type MetricName, type Ranking } from '../score/index.js';
import {
  countDropped,
  searches,
  type Amount,
  type Budget,
  type SearchName,
  type UnitSet,
} from '../select/index.js';
import { checkBudgetOf, chooseSmallest } from './budgetReach.js';
import {
  checkNamed,
  chooseDroppable,
  listDrops,
  rankAlike,
  rehearseChoice,
  settleNamed,
  type Choosable,
  type ChooseOptions,
} from './choose.js';
import { measureFor } from './measure/measure.js';
import type { PruneRequest } from './options.js';
import type { Outcome } from './report.js';
import { asResumable } from './resumable.js';
import { nameSearch } from './search/check.js';
import { chooseUnits, settleUnits, type SettledUnits } from './search/chooseUnits.js';
import { openFigures } from './search/figures.js';
import { openBlockSearch } from './search/openBlockSearch.js';
import type { SearchOptions } from './search/options.js';
import { searchBlocks } from './search/searchBlocks.js';
import { chooseWithinBudget, searchWithinBudget } from './search/searchBudget.js';
import { wholeBlocks } from './search/units.js';
import { settleWindows } from './settle.js';
import type { Run } from './start.js';

/** What is to be dropped, and some drop by which it can be tried, before any work, whether that can be written. */
export type SettledAmount =
  SettledUnits | ({ readonly rehearsed: Drop } & ({ readonly named: Drop } | CountOrBudget));

type CountOrBudget = { readonly count: number } | { readonly budget: Budget };

/**
 * Settles what an amount means for a model.
 * @throws PruneError USAGE, NO_SUCH_BLOCK, DROP_REFUSED; BUDGET for one that no drop can meet, or that none is needed for
 */
export function settleAmount(
  amount: Amount,
  model: Choosable,
  options: ChooseOptions & Pick<SearchOptions, 'unit' | 'search'>,
): SettledAmount {
  const { description } = model;
  if ('drop' in amount) {
    const named = settleNamed(model, amount);
    checkNamed(model, named, options);
    return { named, rehearsed: named };
  }
  const { unit = 'block', search } = options;
  if (unit !== 'block') return settleUnits(amount, model, unit, options);
  // what a metric keeps binds a search that begins with it alone
  const bound =
    search !== undefined && searches[search].growsSizes ? { ...options, metric: undefined } : options;
  if ('budget' in amount) {
    const drops = listDrops(model, rankAlike(bound, description.trunk), bound);
    const rehearsed = drops[0] ?? rehearseChoice(model, 1, bound);
    checkBudgetOf(model, amount.budget, () => asDrop(chooseSmallest(model, bound)));
    return { budget: amount.budget, rehearsed: asDrop(rehearsed) };
  }
  const count = countDropped(amount, description.trunk);
  return { count, rehearsed: asDrop(rehearseChoice(model, count, bound)) };
}

const asDrop = (dropped: UnitSet): Drop => ({ dropped, droppedAttention: [] });

/** What of a report a choice makes. */
export type Choice = Pick<Outcome, 'scored' | 'metric' | keyof Drop | 'search' | 'curve'>;

/** Chooses what to drop: as they were named, by a search, or by their scores. @throws PruneError */
export async function choose(run: Run, request: PruneRequest, amount: SettledAmount): Promise<Choice> {
  if ('named' in amount) return { metric: null, ...amount.named };
  if ('unit' in amount) return chooseUnits(run, request, amount);
  const metric = request.metric ?? defaultMetric;
  const isNothing = 'count' in amount && amount.count === 0;
  const { description, header } = run.model;
  const name = isNothing ? undefined : nameSearch(request, description.architecture, fileLabel(header.path));
  if (name === undefined) return chooseByMetric(run, request, amount, metric);
  return asResumable(request, () => chooseBySearch(run, request, amount, metric, name));
}

async function chooseByMetric(
  run: Run,
  request: PruneRequest,
  amount: CountOrBudget,
  metric: MetricName,
): Promise<Choice> {
  const { needs, rank } = findMetric(metric);
  const { count } = { count: 0, ...amount };
  const isEnough =
    count === 0
      ? undefined
      : settleWindows(run, metric, (ranking) => chooseDroppable(run.model, ranking, count, request));
  const measured = await measureFor(run, needs, request, { isEnough });
  const { trunk } = run.model.description;
  const ranked = rank(trunk, measured);
  const chosen = { scored: { metric, measured }, metric };
  if ('count' in amount)
    return { ...chosen, ...asDrop(chooseDroppable(run.model, ranked, amount.count, request)) };
  const steps = followScores(run, ranked, request);
  const found = await asResumable(request, async () => {
    const measure = await openFigures(run, amount.budget, { metric }, request);
    return chooseWithinBudget(amount.budget, steps, measure, wholeBlocks(trunk));
  });
  return { ...chosen, ...found };
}

/** Searches, beginning with what scores tell. */
async function chooseBySearch(
  run: Run,
  request: PruneRequest,
  amount: CountOrBudget,
  metric: MetricName,
  name: SearchName,
): Promise<Choice> {
  const { search, scored, ranked, propose } = await openBlockSearch(run, name, metric, request);
  const chosen = { scored, metric: null };
  if ('budget' in amount)
    return { ...chosen, ...(await searchWithinBudget(run, search, amount.budget, request, propose)) };
  const { count } = amount;
  const { growsSizes } = searches[name];
  const start = growsSizes ? undefined : chooseDroppable(run.model, ranked, count, request);
  const settle = growsSizes ? request.settleAmount : undefined;
  return { ...chosen, ...(await searchBlocks(search, { weight: count, start, propose }, settle)) };
}

/** The blocks of the lowest scores, for each number of them that can be dropped. */
async function* followScores(run: Run, ranked: Ranking, options: ChooseOptions) {
  for (const dropped of listDrops(run.model, ranked, options)) {
    yield await Promise.resolve({ dropped, damage: null });
  }
}

import { fileLabel } from '../gguf/index.js';
import { findArchitecture, type Drop } from '../model/index.js';
import {
  defaultMetric,
  findMetric,
  type Measurement,
  type MetricName,
  type Ranking,
} from '../score/index.js';
import {
  checkBudget,
  countDropped,
  searches,
  type Amount,
  type UnitSet,
  type Budget,
  type SearchName,
} from '../select/index.js';
import {
  checkNamed,
  chooseDroppable,
  listDroppable,
  rehearseChoice,
  settleNamed,
  type Choosable,
  type ChooseOptions,
} from './choose.js';
import { measureFor, scorePass } from './measure/measure.js';
import type { PruneRequest } from './options.js';
import type { Outcome } from './report.js';
import { asResumable } from './resumable.js';
import { chooseUnits, settleUnits, type SettledUnits } from './search/chooseUnits.js';
import { openSearch, type OpenSearch } from './search/openSearch.js';
import { defaultSearch, type SearchOptions } from './search/options.js';
import { proposeByScores } from './search/propose.js';
import { searchBlocks } from './search/searchBlocks.js';
import { chooseWithinBudget, searchWithinBudget } from './search/searchBudget.js';
import { wholeBlocks } from './search/units.js';
import type { Run } from './start.js';

/** What is to be dropped, and some drop by which it can be tried, before any work, whether that can be written. */
export type SettledAmount =
  SettledUnits | ({ readonly rehearsed: Drop } & ({ readonly named: Drop } | CountOrBudget));

type CountOrBudget = { readonly count: number } | { readonly budget: Budget };

/**
 * Settles what an amount means for a model.
 * @throws PruneError USAGE, NO_SUCH_BLOCK, DROP_REFUSED
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
  if (unit !== 'block') return settleUnits(amount, model, unit);
  // what a metric keeps binds a search that begins with it alone
  const choosing =
    search !== undefined && searches[search].growsSizes ? { ...options, metric: undefined } : options;
  if ('budget' in amount) {
    checkBudget(amount.budget);
    const [fewest = 0] = listDroppable(model, choosing);
    return { budget: amount.budget, rehearsed: asDrop(rehearseChoice(model, fewest, choosing)) };
  }
  const count = countDropped(amount, description.trunk);
  return { count, rehearsed: asDrop(rehearseChoice(model, count, choosing)) };
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
  const name = isNothing ? undefined : nameSearch(run, request);
  if (name === undefined) return chooseByMetric(run, request, amount, metric);
  return asResumable(() => chooseBySearch(run, request, amount, metric, name));
}

/** The search that is asked for; where neither a search nor a metric is, the default, if damage can be measured. */
function nameSearch({ model }: Run, { search, metric }: PruneRequest): SearchName | undefined {
  if (search !== undefined || metric !== undefined) return search;
  const { causal } = findArchitecture(model.description.architecture, fileLabel(model.header.path));
  return causal ? defaultSearch : undefined;
}

async function chooseByMetric(
  run: Run,
  request: PruneRequest,
  amount: CountOrBudget,
  metric: MetricName,
): Promise<Choice> {
  const { needs, rank } = findMetric(metric);
  const measured = await measureFor(run, needs, request);
  const { trunk } = run.model.description;
  const ranked = rank(trunk, measured);
  const chosen = { scored: { metric, measured }, metric };
  if ('count' in amount)
    return { ...chosen, ...asDrop(chooseDroppable(run.model, ranked, amount.count, request)) };
  const steps = followScores(run, ranked, request);
  const found = await asResumable(() =>
    chooseWithinBudget(run, amount.budget, steps, { metric }, wholeBlocks(trunk)),
  );
  return { ...chosen, ...found };
}

/** Searches, beginning with what scores tell: the pass that they need is the one that all sets are compared with. */
async function chooseBySearch(
  run: Run,
  request: PruneRequest,
  amount: CountOrBudget,
  metric: MetricName,
  name: SearchName,
): Promise<Choice> {
  const search = await openSearch(run, name, request);
  const scored = await scoreForSearch(run, request, search, metric);
  const { pass, measured } = scored;
  const ranked = findMetric(scored.metric).rank(run.model.description.trunk, measured);
  const propose = proposeByScores(run.model, ranked, pass, request);
  const chosen = { scored: { metric: scored.metric, measured }, metric: null };
  if ('budget' in amount)
    return { ...chosen, ...(await searchWithinBudget(run, search, amount.budget, propose)) };
  const { count } = amount;
  const start = searches[name].growsSizes ? undefined : chooseDroppable(run.model, ranked, count, request);
  return { ...chosen, ...(await searchBlocks(search, { weight: count, start, propose })) };
}

/** What a search measures of single blocks, or of the whole model, whatever it is asked for. */
const measuredAnyway: ReadonlySet<Measurement | undefined> = new Set([undefined, 'pass', 'kl', 'perplexity']);

/** Scores blocks by a pass, and by a metric if the search has a use for it or it costs nothing beside. */
async function scoreForSearch(run: Run, request: PruneRequest, search: OpenSearch, metric: MetricName) {
  const pass = await scorePass(run, search.judging);
  const { needs } = findMetric(metric);
  if (needs === 'pass') return { metric, pass, measured: { pass } };
  if (searches[search.name].usesScores || measuredAnyway.has(needs)) {
    return { metric, pass, measured: { ...(await measureFor(run, needs, request, search.judging)), pass } };
  }
  const text = `Blocks are not scored by ${metric}: --search ${search.name} goes by no scores.`;
  run.options.onEvent?.({ kind: 'note', text });
  return { metric: defaultMetric, pass, measured: { pass } };
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

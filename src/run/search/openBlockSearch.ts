import {
  defaultMetric,
  findMetric,
  type Measured,
  type Measurement,
  type MetricName,
  type Ranking,
} from '../../score/index.js';
import { searches, type SearchName } from '../../select/index.js';
import type { ChooseOptions } from '../choose.js';
import { measureFor, scorePass } from '../measure/measure.js';
import type { Run } from '../start.js';
import { openSearch, type OpenSearch, type SearchGoal } from './openSearch.js';
import type { SearchOptions } from './options.js';
import { proposeByScores } from './propose.js';

/** A search for whole blocks, with what scores tell to begin with. */
export interface BlockSearch {
  readonly search: OpenSearch;
  readonly scored: { readonly metric: MetricName; readonly measured: Measured };
  readonly ranked: Ranking;
  readonly propose: NonNullable<SearchGoal['propose']>;
}

/**
 * Opens a search, and scores the blocks: the pass that this needs is the one that all sets are compared with.
 * @throws PruneError SCORE_UNDEFINED, OUTPUT, NATIVE_FAILED, NATIVE_CRASHED, CANCELLED
 */
export async function openBlockSearch(
  run: Run,
  name: SearchName,
  metric: MetricName,
  options: SearchOptions & ChooseOptions,
): Promise<BlockSearch> {
  const search = await openSearch(run, name, options);
  const { pass, ...scored } = await scoreForSearch(run, options, search, metric);
  const ranked = findMetric(scored.metric).rank(run.model.description.trunk, scored.measured);
  return { search, scored, ranked, propose: proposeByScores(run.model, ranked, pass, options) };
}

/** What a search measures of single blocks, or of the whole model, whatever it is asked for. */
const measuredAnyway: ReadonlySet<Measurement | undefined> = new Set([undefined, 'pass', 'kl', 'perplexity']);

/** Scores blocks by a pass, and by a metric if the search has a use for it or it costs nothing beside. */
async function scoreForSearch(run: Run, options: SearchOptions, search: OpenSearch, metric: MetricName) {
  const pass = await scorePass(run, search);
  const { needs } = findMetric(metric);
  if (needs === 'pass') return { metric, pass, measured: { pass } };
  if (searches[search.name].usesScores || measuredAnyway.has(needs)) {
    return { metric, pass, measured: { ...(await measureFor(run, needs, options, search)), pass } };
  }
  const text = `Blocks are not scored by ${metric}: --search ${search.name} goes by no scores.`;
  run.options.onEvent?.({ kind: 'note', text });
  return { metric: defaultMetric, pass, measured: { pass } };
}

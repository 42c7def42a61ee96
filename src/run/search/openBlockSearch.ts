import { findMetric, type Measured, type MetricName, type Ranking } from '../../score/index.js';
import type { SearchName } from '../../select/index.js';
import type { ChooseOptions } from '../choose.js';
import { measureFor } from '../measure/measure.js';
import type { Run } from '../start.js';
import { openSearch, type OpenSearch, type SearchGoal } from './openSearch.js';
import type { SearchOptions } from './options.js';
import { proposeByScores } from './propose.js';

/** A search for whole blocks, with what a metric tells to begin with. */
export interface BlockSearch {
  readonly search: OpenSearch;
  readonly measured: Measured;
  readonly ranked: Ranking;
  readonly propose: NonNullable<SearchGoal['propose']>;
}

/**
 * Opens a search, and scores the blocks: the passes that this needs are those that all sets are compared with.
 * @throws PruneError SCORE_UNDEFINED, OUTPUT, NATIVE_FAILED, NATIVE_CRASHED, CANCELLED
 */
export async function openBlockSearch(
  run: Run,
  name: SearchName,
  metric: MetricName,
  options: SearchOptions & ChooseOptions,
): Promise<BlockSearch> {
  const search = await openSearch(run, name, options);
  const { needs, rank } = findMetric(metric);
  const measured = await measureFor(run, needs, options, search.states);
  const ranked = rank(run.model.description.trunk, measured);
  return { search, measured, ranked, propose: proposeByScores(run.model, ranked, measured, options) };
}

import type { SearchReport } from '../../report/index.js';
import { noDrop } from '../../model/index.js';
import { planDrop, type DropPlan } from '../../rewrite/index.js';
import { defaultMetric, findMetric, type MetricName } from '../../score/index.js';
import type { UnitSet } from '../../select/index.js';
import { chooseSmallest, countLeastBytes } from '../budgetReach.js';
import { listDrops } from '../choose.js';
import { describeMaking, type Choosing } from '../making.js';
import { measureFor } from '../measure/measure.js';
import { openBlockSearch } from '../search/openBlockSearch.js';
import { defaultSearch, type KeepOptions } from '../search/options.js';
import { searchBlocks } from '../search/searchBlocks.js';
import type { Run } from '../start.js';
import { findFewest, type PossibleDrop } from './fewest.js';

/** A drop with the plan of its file. */
export interface PlannedDrop extends PossibleDrop {
  readonly plan: DropPlan;
}

/** What would be dropped, and by what that was chosen: a metric, or a search. */
export interface ChosenDrops {
  /** For each size; undefined where none is enough. A drop that suits several sizes is the same object. */
  readonly drops: readonly (PlannedDrop | undefined)[];
  readonly metric: MetricName | null;
  readonly search: SearchReport | null;
}

/**
 * For each size the drop of the fewest blocks whose file is not larger, chosen as `prune` chooses it.
 * @param metric undefined: the blocks are searched for
 * @throws PruneError SCORE_UNDEFINED, DROP_REFUSED, OUTPUT
 */
export function planDrops(
  run: Run,
  sizes: readonly number[],
  metric: MetricName | undefined,
  keep: KeepOptions,
): Promise<ChosenDrops> {
  return metric === undefined ? searchDrops(run, sizes, keep) : rankDrops(run, sizes, metric, keep);
}

async function rankDrops(
  run: Run,
  sizes: readonly number[],
  metric: MetricName,
  keep: KeepOptions,
): Promise<ChosenDrops> {
  const { needs, rank } = findMetric(metric);
  const ranking = rank(run.model.description.trunk, await measureFor(run, needs, keep));
  const plan = makePlanner(run, { metric });
  const drops = await findFewest(sizes, listDrops(run.model, ranking).map(plan));
  return { drops, metric, search: null };
}

/** One search finds a set of each size on its way; those that are taken are mended, if that leaves them small enough. */
async function searchDrops(run: Run, sizes: readonly number[], keep: KeepOptions): Promise<ChosenDrops> {
  // a size that nothing reaches would be searched for to the last block
  const least = countLeastBytes(run.model, { ...noDrop, dropped: chooseSmallest(run.model) });
  const possible = sizes.filter((size) => size >= least);
  if (possible.length === 0) return { drops: sizes.map(() => undefined), metric: null, search: null };
  const { search, propose } = await openBlockSearch(run, defaultSearch, defaultMetric, keep);
  const { name, judge, unit } = search;
  const plan = makePlanner(run, { metric: null, search: { name, judge, unit } });
  const follow = async function* () {
    for await (const { dropped } of search.begin({ propose }).steps) yield plan(dropped);
  };
  const found = await findFewest(possible, follow());
  const mended = new Map<PlannedDrop, PlannedDrop>();
  for (const drop of new Set(found)) {
    if (drop === undefined) continue;
    const { dropped } = await searchBlocks(search, { weight: drop.dropped.length, propose });
    mended.set(drop, plan(dropped));
  }
  const drops = sizes.map((size) => {
    const drop = found[possible.indexOf(size)];
    const better = drop && mended.get(drop);
    return better !== undefined && better.bytes <= size ? better : drop;
  });
  return { drops, metric: null, search: await search.close() };
}

function makePlanner(run: Run, choosing: Choosing) {
  const { model, hash } = run;
  return (dropped: UnitSet): PlannedDrop => {
    const drop = { dropped, droppedAttention: [] };
    const entries = describeMaking(run, choosing, drop)(model.header.path, hash.sha256);
    const plan = planDrop(model.header, model.description, drop, entries);
    return { dropped, bytes: plan.fileBytes, plan };
  };
}

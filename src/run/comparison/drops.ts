import { PruneError } from '../../errors.js';
import { planDrop, type DropPlan } from '../../rewrite/index.js';
import { findMetric, metricNames, hashWindows, type MetricName, type Ranking } from '../../score/index.js';
import { llamaVersion } from '../../version.js';
import { chooseDroppable } from '../choose.js';
import { openJournal } from '../journal.js';
import { describeMaking } from '../making.js';
import { measureFor } from '../measure/measure.js';
import type { KeepOptions } from '../search/options.js';
import type { Run } from '../start.js';
import { findFewest, type PossibleDrop } from './fewest.js';

/** A drop with the plan of its file. */
export interface PlannedDrop extends PossibleDrop {
  readonly plan: DropPlan;
}

/**
 * For each size the drop of the fewest blocks, chosen as `prune` chooses them, whose file is not larger; undefined where
 * none is enough. A drop that suits several sizes is the same object.
 * @throws PruneError SCORE_UNDEFINED
 */
export async function planDrops(
  run: Run,
  sizes: readonly number[],
  metric: MetricName,
  folder: string,
  keep: KeepOptions,
): Promise<readonly (PlannedDrop | undefined)[]> {
  const { header, description } = run.model;
  const ranking = await rankOnce(run, metric, folder, keep);
  const plan = (count: number): PlannedDrop | undefined => {
    try {
      const dropped = chooseDroppable(run.model, ranking, count);
      const drop = { dropped, droppedAttention: [] };
      const entries = describeMaking(run, { metric }, drop)(header.path, run.hash.sha256);
      const planned = planDrop(header, description, drop, entries);
      return { dropped, bytes: planned.fileBytes, plan: planned };
    } catch (error) {
      // another number of blocks may be possible
      if (error instanceof PruneError && error.code === 'DROP_REFUSED') return undefined;
      throw error;
    }
  };
  return findFewest(sizes, plan, description.trunk - 1);
}

/** The ranking of a metric; that of an earlier run if there is one. */
async function rankOnce(run: Run, name: MetricName, folder: string, keep: KeepOptions): Promise<Ranking> {
  const { model, windows, hash, options } = run;
  const { trunk } = model.description;
  const { needs, rank } = findMetric(name);
  if (needs === undefined) return rank(trunk, {});
  const settings = {
    llamaCpp: llamaVersion,
    backend: model.backend,
    exact: options.exact ?? false,
    model: hash.sha256,
    windows: hashWindows(windows.scoring),
  };
  const journal = await openJournal<Ranking>(folder, 'rankings', settings, keep.fresh);
  const kept = journal.get(name);
  if (kept !== undefined) return kept;
  const measured = await measureFor(run, needs, keep);
  for (const other of metricNames.filter((one) => findMetric(one).needs === needs)) {
    journal.add(other, findMetric(other).rank(trunk, measured));
  }
  await journal.flush();
  return rank(trunk, measured);
}

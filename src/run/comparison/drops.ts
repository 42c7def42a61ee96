import { PruneError } from '../../errors.js';
import { planDrop, type DropPlan } from '../../rewrite/index.js';
import { findMetric, metricNames, scoreWindows, hashWindows, type MetricName } from '../../score/index.js';
import { llamaVersion } from '../../version.js';
import { chooseDroppable } from '../choose.js';
import { openJournal } from '../journal.js';
import { describeMaking } from '../making.js';
import { reportProgress, type Run } from '../start.js';
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
  fresh: boolean | undefined,
): Promise<readonly (PlannedDrop | undefined)[]> {
  const { header, description } = run.model;
  const scores = await scoreOnce(run, metric, folder, fresh);
  const plan = (count: number): PlannedDrop | undefined => {
    try {
      const dropped = chooseDroppable(run.model, scores, count);
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

/** The scores of a metric; those of an earlier run if there are any. */
async function scoreOnce(
  { model, windows, hash, options }: Run,
  name: MetricName,
  folder: string,
  fresh: boolean | undefined,
): Promise<readonly number[]> {
  const { trunk } = model.description;
  const metric = findMetric(name);
  if (!metric.needsPass) return metric.score(trunk, undefined);
  const settings = {
    llamaCpp: llamaVersion,
    backend: model.backend,
    exact: options.exact ?? false,
    model: hash.sha256,
    windows: hashWindows(windows.scoring),
  };
  const journal = await openJournal<readonly number[]>(folder, 'scores', settings, fresh);
  const kept = journal.get(name);
  if (kept !== undefined) return kept;
  const scores = await scoreWindows(model, windows.scoring, {
    signal: options.signal,
    onWindow: reportProgress(options, 'score'),
  });
  for (const other of metricNames.filter((one) => findMetric(one).needsPass)) {
    journal.add(other, findMetric(other).score(trunk, scores));
  }
  await journal.flush();
  return metric.score(trunk, scores);
}

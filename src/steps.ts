/** The steps of the pipeline as a library user takes them one by one: plain values in, plain values out. */
import { fileLabel, readHeader, type GgufHeader } from './gguf/index.js';
import { describeModel } from './model/index.js';
import type { Model } from './native/index.js';
import { applyPlan, describeProvenance, planDrop, verifyFile, type DropPlan } from './rewrite/index.js';
import { chooseDroppable, settleNamed } from './run/choose.js';
import { hashSource } from './run/hashSource.js';
import type { CalibrationOptions } from './run/options.js';
import { prepareWindows } from './run/start.js';
import { checkTargets } from './run/targets.js';
import {
  defaultMetric,
  findMetric,
  readCalibration,
  scoreWindows,
  type BlockScores,
  type MetricName,
} from './score/index.js';
import {
  checkDropped,
  countDropped,
  defaultAmount,
  type CountedAmount,
  type NamedAmount,
} from './select/index.js';
import { toolVersion } from './version.js';

export interface ScoreBlocksOptions extends CalibrationOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * Scores every block of a model by one pass over the calibration windows.
 * @throws PruneError CALIBRATION, SCORE_UNDEFINED, NATIVE_FAILED, NATIVE_CRASHED, CANCELLED
 */
export async function scoreBlocks(model: Model, options: ScoreBlocksOptions = {}): Promise<BlockScores> {
  const { scoring } = await prepareWindows(model, await readCalibration(options.calibration), options);
  return scoreWindows(model, scoring, { signal: options.signal, onWindow: options.onProgress });
}

/**
 * Chooses the blocks to drop: those of the lowest scores that can go together, by a metric of a single pass or one that
 * needs none. Default: a quarter, by block influence.
 * @returns block numbers, ascending
 * @throws PruneError USAGE, NO_SUCH_BLOCK, SCORE_UNDEFINED, DROP_REFUSED
 */
export function chooseBlocks(
  model: Pick<Model, 'header' | 'description'>,
  scores: BlockScores,
  choice: (CountedAmount | { readonly drop: readonly number[] }) & {
    readonly metric?: MetricName;
    readonly portable?: boolean;
  } = defaultAmount,
): readonly number[] {
  if ('drop' in choice) {
    return checkDropped(choice.drop, model.description.blocks.length, fileLabel(model.header.path));
  }
  const metric = findMetric(choice.metric ?? defaultMetric);
  const count = countDropped(choice, scores.blocks);
  return chooseDroppable(model, metric.rank(scores.blocks, { pass: scores }), count, choice);
}

export interface WriteOptions {
  readonly overwrite?: boolean | undefined;
  /** The most bytes of a file to write; a larger model is written as several. Default: one file of any size. */
  readonly splitMaxBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((written: number, total: number) => void) | undefined;
  /** Written into the file as `prune_gguf.method`. Default: chosen by hand. */
  readonly method?: string | undefined;
}

/**
 * Writes the file without the dropped blocks, and perhaps without the attention of others, and compares it with the source, byte for byte, before it gets its name.
 * With a limit to the size of a file it may become several, named after the target: `target-00001-of-00003.gguf`.
 *
 * @param source an open model, its header, or a path
 * @param dropped block numbers; or those in `drop`, and those that lose their attention alone in `dropAttention`
 * @throws PruneError DROP_REFUSED, USAGE, NO_SUCH_BLOCK, OUTPUT, FILE_CHANGED, VERIFY_FAILED, CANCELLED
 */
export async function writePruned(
  source: Model | GgufHeader | string,
  dropped: readonly number[] | NamedAmount,
  target: string,
  options: WriteOptions = {},
): Promise<DropPlan> {
  const header =
    typeof source === 'string' ? await readHeader(source) : 'header' in source ? source.header : source;
  const description = describeModel(header);
  const drop = settleNamed({ header, description }, 'drop' in dropped ? dropped : { drop: dropped });
  const provenance = describeProvenance({
    toolVersion,
    sourcePath: header.path,
    sourceHash: (await hashSource(header, { signal: options.signal })).sha256,
    sourceBlocks: description.blocks.length,
    method: options.method ?? 'chosen by hand',
    calibrationHash: undefined,
    drop,
  });
  const plan = planDrop(header, description, drop, provenance, options.splitMaxBytes);
  await checkTargets(header, target, [], options);
  await applyPlan(plan, target, {
    ...options,
    check: (partial) => verifyFile(plan, partial, options.signal),
  });
  return plan;
}

import { createHash } from 'node:crypto';
import path from 'node:path';
import {
  drawAdapter,
  trainingDefaults,
  type LowRankPair,
  type MatrixKind,
  type TrainingName,
} from '../../heal/index.js';
import { convertWeights, type Model } from '../../native/index.js';
import type { TrainingReport } from '../../report/index.js';
import type { Repairs } from '../../rewrite/index.js';
import { countLongest, countTokens, hashWindows } from '../../score/index.js';
import { findCacheFolder } from '../cacheFolder.js';
import { toBypass } from '../bypass.js';
import { describeModelConditions } from '../conditions.js';
import type { KeepOptions } from '../search/options.js';
import { openForRun, type Run } from '../start.js';
import { openStore } from '../store.js';
import { readAnswers } from './answers.js';
import type { ClosedForm, Unhealed } from './closedForm.js';
import { explainNoGradient, explainNoMatrices } from './explainUntrained.js';
import type { HealingOptions } from './options.js';
import { mergeTrained, pairUp } from './mergeTrained.js';
import { planRounding, type Rounding } from './rounding.js';
import { listTrainedMaps, listTrainedMatrices, listTrainedNorms, type Trained } from './trainedTensors.js';
import type { TrainingProgress } from './trainingProgress.js';
import { settleSteps } from './trainingSetup.js';
import { runTrainingSteps } from './trainSteps.js';
import { weighColumns } from './weighColumns.js';
import { explainFewTokens, pickTrainingWindows } from './trainingWindows.js';
import { putRepairs } from './weights.js';

/** What training has found. */
export interface Training {
  /** The best adapter, of matrices as the original names them; undefined where it is merged, or nothing was gained. */
  readonly adapter:
    { readonly alpha: number; readonly rank: number; readonly pairs: readonly LowRankPair[] } | undefined;
  /** What was trained, as it is written into the model; undefined where it is not to be, or nothing was gained. */
  readonly merged: Repairs | undefined;
  readonly report: Omit<TrainingReport, 'divergenceMerged' | 'kept'>;
}

/**
 * Trains the pruned model on the divergence from the original, starting from what was healed so far.
 * @param type of the matrices as they are written; default: the one that each has
 * @returns a reason where it cannot be done
 * @throws PruneError NATIVE_FAILED, CANCELLED, OUTPUT
 */
export async function train(
  run: Run,
  unhealed: Unhealed,
  closed: ClosedForm,
  { method, type }: { readonly method: TrainingName; readonly type: number | undefined },
  options: HealingOptions & KeepOptions,
): Promise<Training | string> {
  const isMerged = options.adapter === undefined;
  const { drop } = unhealed;
  const bypass = toBypass(run.model.description, drop);
  const { alpha } = trainingDefaults;
  const rank = options.trainRank ?? trainingDefaults.rank;
  const kinds: readonly MatrixKind[] = options.trainTensors ?? trainingDefaults.kinds[method];
  const trained: Trained = {
    method,
    rank,
    matrices: listTrainedMatrices(run.model, drop, kinds, isMerged ? { type } : undefined),
    // an adapter's file has neither
    norms: isMerged ? listTrainedNorms(run.model, drop) : [],
    maps: isMerged ? listTrainedMaps(run.model, closed.repairs.patches) : [],
  };
  if (trained.matrices.length === 0) return explainNoMatrices(run.model, drop, kinds);
  const windows = pickTrainingWindows(unhealed.text, options.trainTokens ?? trainingDefaults.tokens);
  const settled = settleSteps(windows, options);
  const opened = await openForRun(
    run.model.header.path,
    countLongest([...windows, ...unhealed.text.heldOut]),
    { ...run.options, onEvent: undefined, beside: run.model, trained: true },
  );
  const session = convertWeights(opened);
  try {
    await putRepairs(session, closed.repairs);
    if (isMerged) {
      const patched = new Set(closed.repairs.patches.map(({ block }) => block));
      await weighColumns(session, windows, bypass, patched, run.options);
    }
    await beginTraining(session, trained);
    const [window = new Int32Array()] = windows;
    const { stream } = settled;
    const why = await explainNoGradient(session, window, { stream, ...bypass }, run.options);
    if (why !== undefined) return why;
    const few = closed.methods.length > 0 ? explainFewTokens(unhealed.text, windows) : undefined;
    if (few !== undefined) run.options.onEvent?.({ kind: 'note', text: few });
    const answers = await readAnswers(run, windows, trainingDefaults.topTokens, options);
    const rounding = isMerged ? planRounding(trained, run.options) : undefined;
    const store = openProgress(run, unhealed, closed, { trained, windows, rounding }, options);
    const course = { run, unhealed, session, windows, answers, store, rounding };
    const { state, ...found } = await runTrainingSteps(course, settled, options.stopTraining);
    await session.writeTrained(state);
    // matrices that are rounded may never have come near to what they were
    const isBetter = found.divergenceTrained < found.divergenceBefore;
    return {
      adapter: isBetter && !isMerged ? { alpha, rank, pairs: pairUp(state) } : undefined,
      merged: isBetter && isMerged ? await mergeTrained(session, trained, run.options) : undefined,
      report: {
        ...found,
        method,
        rank: method === 'lora' ? rank : null,
        alpha: method === 'lora' ? alpha : null,
        matrices: trained.matrices.length + trained.maps.length,
        parameters: state.values.reduce((sum, { length }) => sum + length, 0),
        windowTokens: run.windowTokens,
        differentTokens: countTokens(windows),
      },
    };
  } finally {
    // a process that was ended must not hide why
    await session.close().catch(() => undefined);
  }
}

/** Lets a session train what is to be, from its beginning. */
async function beginTraining(
  session: Model,
  { method, rank, matrices, norms, maps }: Trained,
): Promise<void> {
  const { alpha, seed, matrixPace } = trainingDefaults;
  const wholes = method === 'full' ? matrices.map(({ block, weight }) => ({ ...weight, block })) : [];
  await session.beginTraining({
    rank,
    alpha,
    matrices: method === 'lora' ? drawAdapter(matrices, rank, seed) : [],
    wholes: [
      ...[...wholes, ...maps].map((whole) => ({ ...whole, pace: matrixPace })),
      ...norms.map((norm) => ({ ...norm, pace: 1 })),
    ],
  });
}

/** Where the training is kept, by all that it depends on, so that one that was stopped goes on. */
function openProgress(
  { model, hash, options }: Run,
  { drop, text }: Unhealed,
  { repairs }: ClosedForm,
  {
    trained,
    windows,
    rounding,
  }: { trained: Trained; windows: readonly Int32Array[]; rounding: Rounding | undefined },
  {
    cacheFolder,
    fresh,
    trainTokens,
    trainBatch,
    trainRate,
    trainLoss,
    trainStream,
  }: HealingOptions & KeepOptions,
) {
  const folder = path.join(cacheFolder ?? findCacheFolder(), 'training');
  const repaired = createHash('sha256');
  for (const { bytes } of [...repairs.refitted, ...repairs.patches]) repaired.update(bytes);
  const { method, rank, matrices, norms } = trained;
  const settings = {
    ...describeModelConditions(model, hash, options),
    threads: model.threads,
    // no more of the choice than that: how it was come by differs from run to run
    drop: { dropped: drop.dropped, droppedAttention: drop.droppedAttention },
    repaired: repaired.digest('hex'),
    windows: hashWindows(windows),
    heldOut: hashWindows(text.heldOut),
    matrices: matrices.map(({ name }) => name),
    defaults: trainingDefaults,
    trainTokens,
    trainBatch,
    rank,
    trainRate,
    trainLoss,
    trainStream,
    hasNorms: norms.length > 0,
    rounded: rounding?.matrices.map(({ name, type }) => [name, type]),
  };
  return openStore<TrainingProgress>(folder, method, settings, fresh);
}

import { createHash } from 'node:crypto';
import path from 'node:path';
import { drawAdapter, trainingDefaults, type LowRankPair } from '../../heal/index.js';
import { convertWeights, type Model, type TrainedNorm, type TrainedState } from '../../native/index.js';
import type { TrainingReport } from '../../report/index.js';
import type { RefittedTensor, Repairs } from '../../rewrite/index.js';
import { countLongest, hashWindows } from '../../score/index.js';
import { findCacheFolder } from '../cacheFolder.js';
import { toBypass } from '../bypass.js';
import { describeModelConditions } from '../conditions.js';
import type { KeepOptions } from '../search/options.js';
import { openForRun, reportProgress, type Run } from '../start.js';
import { openStore } from '../store.js';
import { listTrainedMatrices, readNorms, type TrainedMatrix } from './adapterTargets.js';
import { readAnswers } from './answers.js';
import type { ClosedForm, Unhealed } from './closedForm.js';
import type { HealingOptions } from './options.js';
import { runTrainingSteps, type TrainingProgress } from './trainSteps.js';
import { weighColumns } from './weighColumns.js';
import { putRefitted } from './weights.js';

/** What training has found. */
export interface Training {
  /** The best adapter, of matrices as the original names them; undefined where it is merged, or nothing was gained. */
  readonly adapter:
    { readonly alpha: number; readonly rank: number; readonly pairs: readonly LowRankPair[] } | undefined;
  /** The same put into the matrices, where it is to be. */
  readonly merged: readonly RefittedTensor[];
  readonly report: Omit<TrainingReport, 'divergenceMerged' | 'kept'>;
}

/**
 * Trains a low-rank adapter of the pruned model on the divergence from the original, starting from what was healed so far.
 * @param type of the matrices that it is put into; default: the one that each has
 * @returns a reason where it cannot be done
 * @throws PruneError NATIVE_FAILED, CANCELLED, OUTPUT
 */
export async function train(
  run: Run,
  unhealed: Unhealed,
  closed: ClosedForm,
  type: number | undefined,
  options: HealingOptions & KeepOptions,
): Promise<Training | string> {
  const isMerged = options.adapter === undefined;
  const matrices = listTrainedMatrices(run.model, unhealed.drop, isMerged ? { type } : undefined);
  if (matrices.length === 0) return noMatrices;
  const { rank, alpha, seed } = { ...trainingDefaults, rank: options.trainRank ?? trainingDefaults.rank };
  const { fitting, heldOut } = unhealed.text;
  const answers = await readAnswers(run, fitting, trainingDefaults.topTokens, options);
  const opened = await openForRun(run.model.header.path, countLongest([...fitting, ...heldOut]), {
    ...run.options,
    onEvent: undefined,
    beside: run.model,
    trained: true,
  });
  const session = convertWeights(opened);
  try {
    await repeatRepairs(session, closed.repairs);
    // an adapter's file has no norms
    const norms = isMerged ? await readNorms(run.model, unhealed.drop) : [];
    await session.trainAdapter({ rank, alpha, matrices: drawAdapter(matrices, rank, seed), norms });
    const store = openProgress(run, unhealed, closed, matrices, options);
    const course = { run, unhealed, session, answers, before: closed.divergence, store };
    const steps = await runTrainingSteps(course, options);
    if (typeof steps === 'string') return steps;
    const { state, ...found } = steps;
    await session.writeTrained(state);
    const isBetter = found.bestStep > 0;
    if (isBetter && isMerged) {
      const bypass = toBypass(run.model.description, unhealed.drop);
      const patched = new Set(closed.repairs.patches.map(({ block }) => block));
      await weighColumns(session, fitting, bypass, patched, run.options.signal);
    }
    return {
      adapter: isBetter && !isMerged ? { alpha, rank, pairs: pairUp(state) } : undefined,
      merged:
        isBetter && isMerged ? [...(await mergeAll(session, matrices, run)), ...takeNorms(state, norms)] : [],
      report: {
        ...found,
        rank,
        alpha,
        matrices: matrices.length,
        parameters: state.values.reduce((sum, { length }) => sum + length, 0),
        windowTokens: run.windowTokens,
        divergenceBefore: closed.divergence,
      },
    };
  } finally {
    // a process that was ended must not hide why
    await session.close().catch(() => undefined);
  }
}

const noMatrices =
  'no kept block has a matrix that an adapter could be trained for, and that ggml has a quantiser for to its type; --heal-type ' +
  'names another one.';

/** Where the training is kept, by all that it depends on, so that one that was stopped goes on. */
function openProgress(
  { model, hash, options }: Run,
  { drop, text }: Unhealed,
  { repairs }: ClosedForm,
  matrices: readonly TrainedMatrix[],
  { cacheFolder, fresh, trainTokens, trainRank, trainRate, adapter }: HealingOptions & KeepOptions,
) {
  const folder = path.join(cacheFolder ?? findCacheFolder(), 'training');
  const repaired = createHash('sha256');
  for (const { bytes } of [...repairs.refitted, ...repairs.patches]) repaired.update(bytes);
  const settings = {
    ...describeModelConditions(model, hash, options),
    threads: model.threads,
    // no more of the choice than that: how it was come by differs from run to run
    drop: { dropped: drop.dropped, droppedAttention: drop.droppedAttention },
    repaired: repaired.digest('hex'),
    fitting: hashWindows(text.fitting),
    heldOut: hashWindows(text.heldOut),
    matrices: matrices.map(({ name }) => name),
    defaults: trainingDefaults,
    trainTokens,
    trainRank,
    trainRate,
    hasNorms: adapter === undefined,
  };
  return openStore<TrainingProgress>(folder, 'lora', settings, fresh);
}

/** Puts what was healed in closed form into another session of the model. */
async function repeatRepairs(session: Model, { refitted, patches }: Repairs): Promise<void> {
  const width = session.description.embeddingLength ?? NaN;
  await putRefitted(session, refitted);
  for (const { block, type, bytes } of patches) {
    const name = `patch.${block}`;
    await session.overrideWeight({ name, block, type, inputs: width, outputs: width, bytes });
  }
}

async function mergeAll(
  session: Model,
  matrices: readonly TrainedMatrix[],
  { options }: Run,
): Promise<readonly RefittedTensor[]> {
  const merged: RefittedTensor[] = [];
  const report = reportProgress(options, 'merge');
  for (const { name, weight } of matrices) {
    report(merged.length, matrices.length);
    const { type, place } = weight;
    merged.push({ name, type, bytes: await session.mergeAdapter({ name, type, place }, options) });
  }
  report(merged.length, matrices.length);
  return merged;
}

/** Their trained values. */
function takeNorms(
  { names, values }: TrainedState,
  norms: readonly TrainedNorm[],
): readonly RefittedTensor[] {
  return norms.map(({ name, values: before }) => {
    const { buffer, byteOffset, byteLength } = values[names.indexOf(name)] ?? before;
    return { name, type: 0, bytes: new Uint8Array(buffer, byteOffset, byteLength) };
  });
}

const half = '.lora_a';

/** `x.lora_a` and `x.lora_b`, one after the other. */
function pairUp({ names, values }: TrainedState): readonly LowRankPair[] {
  const none = new Float32Array();
  return names.flatMap((name, i) =>
    name.endsWith(half)
      ? [{ name: name.slice(0, -half.length), a: values[i] ?? none, b: values[i + 1] ?? none }]
      : [],
  );
}

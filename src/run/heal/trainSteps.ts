import { computeRate, planTraining, trainingDefaults } from '../../heal/index.js';
import type { Model, TopTokens, TrainedState } from '../../native/index.js';
import type { TrainingReport } from '../../report/index.js';
import { countTokens } from '../../score/index.js';
import { toBypass } from '../bypass.js';
import { endProgress, reportProgress, type Run } from '../start.js';
import type { Store } from '../store.js';
import { announceTraining } from './announceTraining.js';
import type { Unhealed } from './closedForm.js';
import { measureDivergence } from './damage.js';
import type { HealingOptions } from './options.js';
import { holdRounding, type Rounding } from './rounding.js';
import {
  addJudgement,
  beginProgress,
  describeEnd,
  hasGivenUp,
  type TrainingProgress,
} from './trainingProgress.js';

/** What is trained, on what, and what judges it. */
export interface TrainingCourse {
  readonly run: Run;
  readonly unhealed: Unhealed;
  /** Opened to be trained, with its adapter at the beginning. */
  readonly session: Model;
  /** That are trained on. */
  readonly windows: readonly Int32Array[];
  /** `[windows]` of the original on these. */
  readonly answers: readonly TopTokens[];
  readonly store: Store<TrainingProgress>;
  /** Undefined where matrices are trained as floats to the end. */
  readonly rounding: Rounding | undefined;
}

/** The best adapter, and how it was come by. */
export interface TrainedSteps extends Pick<
  TrainingReport,
  | 'loss'
  | 'stream'
  | 'rate'
  | 'batch'
  | 'tokens'
  | 'steps'
  | 'plannedSteps'
  | 'bestStep'
  | 'seconds'
  | 'ended'
  | 'course'
  | 'divergenceBefore'
  | 'divergenceTrained'
> {
  readonly state: TrainedState;
}

/**
 * Runs all steps, or as many as there is a gain in, or until it is told to end.
 * @returns why no gradient can be had of this architecture, where that is so
 */
export async function runTrainingSteps(
  course: TrainingCourse,
  options: Pick<
    HealingOptions,
    'trainTokens' | 'trainBatch' | 'trainRate' | 'trainLoss' | 'trainStream' | 'stopTraining'
  >,
): Promise<TrainedSteps | string> {
  const { run, session, store, windows, rounding } = course;
  const { seed } = trainingDefaults;
  const rate = options.trainRate ?? trainingDefaults.rate;
  const loss = options.trainLoss ?? trainingDefaults.loss;
  const hard = loss === 'cross-entropy' ? 1 : 0;
  const stream = options.trainStream ?? trainingDefaults.stream;
  const batch = options.trainBatch ?? trainingDefaults.batch;
  const wanted = options.trainTokens ?? trainingDefaults.tokens;
  const count = Math.ceil((wanted * windows.length) / countTokens(windows));
  const { steps, judgeEvery, roundFrom } = planTraining(windows.length, count, batch, seed);
  const round = async (step: number) => {
    if (rounding === undefined || step < roundFrom) return false;
    await holdRounding(session, rounding, run.options);
    return true;
  };
  const report = reportProgress(run.options, 'train');

  let progress = (await store.read()) ?? (await begin(course));
  await session.writeTrained(progress.state);
  announceTraining(run, session, progress.state, {
    steps: steps.length,
    batch,
    tokens: countStepTokens(windows, steps),
    stream,
    heldBytes: rounding?.heldBytes ?? 0,
  });
  const isStopped = () => options.stopTraining?.aborted ?? false;
  let detail: string | undefined;
  let isDiverged = false;
  report(progress.step, steps.length);
  const isOver = () => progress.step >= steps.length || hasGivenUp(progress) || isStopped();
  // where it was stopped
  if (!isOver()) await round(progress.step);
  while (!isOver()) {
    const from = performance.now();
    let sum = 0;
    let tokens = 0;
    let { step } = progress;
    do {
      const done = await runStep(course, {
        places: steps[step] ?? [],
        hard,
        stream,
        rate: computeRate(step, steps.length, rate),
        number: step + 1,
      });
      if (typeof done === 'string') {
        report(steps.length, steps.length);
        return done;
      }
      if (!Number.isFinite(done.norm)) {
        isDiverged = true;
        break;
      }
      sum += done.divergence;
      tokens += done.tokens;
      step++;
      report(step, steps.length, detail);
    } while (step < steps.length && step % judgeEvery !== 0 && !isStopped());
    if (isDiverged) break;
    const trainingSeconds = (performance.now() - from) / 1000;
    const rounded = await round(step);
    const divergence = await judgeHeldOut(course);
    const seconds = progress.seconds + (performance.now() - from) / 1000;
    progress = addJudgement(progress, await session.readTrained(), {
      step,
      seconds,
      divergence,
      trainedDivergence: sum / tokens,
      rounded,
    });
    detail = `KL ${(sum / tokens).toFixed(3)}, held out ${divergence.toFixed(3)}, ${(tokens / trainingSeconds).toFixed(0)} tokens/s`;
    if (step < steps.length) report(step, steps.length, detail);
    // where it was told to end, another run goes on in steps of its own
    if (step % judgeEvery === 0 || step === steps.length) await store.write(progress);
  }
  const { step, best, seconds } = progress;
  endProgress(run.options, 'train', step, detail);
  return {
    state: { ...progress.state, values: best.values },
    loss,
    stream,
    rate,
    batch,
    tokens: countStepTokens(windows, steps.slice(0, step)),
    steps: step,
    plannedSteps: steps.length,
    bestStep: best.step,
    seconds,
    ended: describeEnd(progress, steps.length, isDiverged),
    course: progress.course,
    divergenceBefore: progress.course[0]?.divergence ?? NaN,
    divergenceTrained: best.divergence,
  };
}

/** @param steps the places of their windows */
function countStepTokens(windows: readonly Int32Array[], steps: readonly (readonly number[])[]): number {
  return countTokens(steps.flatMap((places) => places.flatMap((place) => windows[place] ?? [])));
}

/** Held-out windows judge the beginning as they will all that follows: in the session that trains, whose rounding is its own. */
async function begin(course: TrainingCourse): Promise<TrainingProgress> {
  const divergence = await judgeHeldOut(course);
  return beginProgress(await course.session.readTrained(), divergence);
}

function judgeHeldOut({ run, session, unhealed }: TrainingCourse): Promise<number> {
  const bypass = toBypass(run.model.description, unhealed.drop);
  return measureDivergence(session, unhealed.references, bypass, 0, run.options.signal);
}

interface TrainingStep {
  /** Of its windows. */
  readonly places: readonly number[];
  /** The share of cross-entropy in the loss. */
  readonly hard: number;
  /** What the distance of residual streams counts beside it. */
  readonly stream: number;
  readonly rate: number;
  /** From 1 on. */
  readonly number: number;
}

interface StepResult {
  readonly divergence: number;
  readonly tokens: number;
  /** Of the gradient. */
  readonly norm: number;
}

async function runStep(
  { run, unhealed, session, windows, answers }: TrainingCourse,
  { places, hard, stream, rate, number }: TrainingStep,
): Promise<StepResult | string> {
  const { adam, clip } = trainingDefaults;
  const bypass = toBypass(run.model.description, unhealed.drop);
  let divergence = 0;
  let tokens = 0;
  for (const place of places) {
    const window = windows[place] ?? new Int32Array();
    const request = { tokens: window, reference: answers[place] ?? null, hard, stream, ...bypass };
    const loss = await session.trainWindow(request, run.options);
    if (loss.refusal !== '') return `${loss.refusal}.`;
    divergence += loss.divergence;
    tokens += window.length - 1;
  }
  const norm = await session.stepTraining({ ...adam, rate, clip, divisor: tokens, number });
  return { divergence, tokens, norm };
}

import type { TrainedState } from '../../native/index.js';
import type { TrainingReport } from '../../report/index.js';
import { countTokens } from '../../score/index.js';
import { toBypass } from '../bypass.js';
import { endProgress, reportProgress } from '../start.js';
import { announceTraining } from './announceTraining.js';
import { measureDivergence } from './damage.js';
import { holdRounding } from './rounding.js';
import {
  addJudgement,
  beginProgress,
  describeEnd,
  hasGivenUp,
  type TrainingProgress,
} from './trainingProgress.js';
import type { SettledSteps, TrainingCourse } from './trainingSetup.js';
import { runStretch } from './trainStretch.js';

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
 * @param stop tells it to end
 */
export async function runTrainingSteps(
  course: TrainingCourse,
  settled: SettledSteps,
  stop: AbortSignal | undefined,
): Promise<TrainedSteps> {
  const { run, session, store, windows, rounding } = course;
  const { loss, stream, rate, batch, plan } = settled;
  const { steps, judgeEvery, roundFrom } = plan;
  const round = async (step: number) => {
    if (rounding === undefined || step < roundFrom) return false;
    await holdRounding(session, rounding, run.options);
    return true;
  };
  const report = reportProgress(run.options, 'train');

  let progress = (await store.read()) ?? (await begin(course));
  // at the beginning, too: gradients of whatever was tried are forgotten
  await session.writeTrained(progress.state);
  announceTraining(run, session, progress.state, {
    steps: steps.length,
    batch,
    tokens: countStepTokens(windows, steps),
    stream,
    heldBytes: rounding?.heldBytes ?? 0,
  });
  const isStopped = () => stop?.aborted ?? false;
  let detail: string | undefined;
  let isDiverged = false;
  report(progress.step, steps.length);
  const isOver = () => progress.step >= steps.length || hasGivenUp(progress) || isStopped();
  // where it was stopped
  if (!isOver()) await round(progress.step);
  while (!isOver()) {
    const from = performance.now();
    const stretch = await runStretch(course, settled, progress.step, isStopped, (step) => {
      report(step, steps.length, detail);
    });
    if (stretch === undefined) {
      isDiverged = true;
      break;
    }
    const { step, trainedDivergence } = stretch;
    const speed = stretch.tokens / ((performance.now() - from) / 1000);
    const rounded = await round(step);
    const divergence = await judgeHeldOut(course);
    const seconds = progress.seconds + (performance.now() - from) / 1000;
    progress = addJudgement(progress, await session.readTrained(), {
      step,
      seconds,
      divergence,
      trainedDivergence,
      rounded,
    });
    detail = `KL ${trainedDivergence.toFixed(3)}, held out ${divergence.toFixed(3)}, ${speed.toFixed(0)} tokens/s`;
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

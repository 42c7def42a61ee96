import { computeRate, trainingDefaults } from '../../heal/index.js';
import { toBypass } from '../bypass.js';
import type { SettledSteps, TrainingCourse } from './trainingSetup.js';

/** Steps without a judgement between. */
interface Stretch {
  /** The last one's number, from 1 on. */
  readonly step: number;
  /** Those that another one comes before, which the loss is of. */
  readonly tokens: number;
  /** Of these, before each step was taken. */
  readonly trainedDivergence: number;
}

/**
 * Takes steps until held-out windows are to judge, or it is told to end; one at least.
 * @returns undefined where a gradient was not finite
 */
export async function runStretch(
  course: TrainingCourse,
  settled: SettledSteps,
  from: number,
  isStopped: () => boolean,
  onStep: (step: number) => void,
): Promise<Stretch | undefined> {
  const { steps, judgeEvery } = settled.plan;
  let sum = 0;
  let tokens = 0;
  let step = from;
  do {
    const done = await runStep(course, settled, step);
    if (!Number.isFinite(done.norm)) return undefined;
    sum += done.divergence;
    tokens += done.tokens;
    step++;
    onStep(step);
  } while (step < steps.length && step % judgeEvery !== 0 && !isStopped());
  return { step, tokens, trainedDivergence: sum / tokens };
}

interface StepResult {
  readonly divergence: number;
  readonly tokens: number;
  /** Of the gradient. */
  readonly norm: number;
}

/** @param step from 0 on */
async function runStep(
  { run, unhealed, session, windows, answers }: TrainingCourse,
  { hard, stream, rate: peak, plan: { steps } }: SettledSteps,
  step: number,
): Promise<StepResult> {
  const { adam, clip } = trainingDefaults;
  const bypass = toBypass(run.model.description, unhealed.drop);
  let divergence = 0;
  let tokens = 0;
  for (const place of steps[step] ?? []) {
    const window = windows[place] ?? new Int32Array();
    const request = { tokens: window, reference: answers[place] ?? null, hard, stream, ...bypass };
    const loss = await session.trainWindow(request, run.options);
    // it was tried before the first step
    if (loss.refusal !== '') throw new RangeError(loss.refusal);
    divergence += loss.divergence;
    tokens += window.length - 1;
  }
  const rate = computeRate(step, steps.length, peak);
  const norm = await session.stepTraining({ ...adam, rate, clip, divisor: tokens, number: step + 1 });
  return { divergence, tokens, norm };
}

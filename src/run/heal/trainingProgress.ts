import { trainingDefaults } from '../../heal/index.js';
import type { TrainedState } from '../../native/index.js';
import type { TrainingJudgementReport, TrainingReport } from '../../report/index.js';

/** All that the steps to come depend on; it is kept whenever held-out windows have judged. */
export interface TrainingProgress {
  /** Steps that are done. */
  readonly step: number;
  readonly state: TrainedState;
  readonly best: {
    readonly step: number;
    readonly divergence: number;
    readonly values: TrainedState['values'];
  };
  /** Judgements since the best one. */
  readonly vain: number;
  readonly seconds: number;
  readonly course: readonly TrainingJudgementReport[];
}

/** Before the first step, as held-out windows judge it. */
export function beginProgress(state: TrainedState, divergence: number): TrainingProgress {
  return {
    step: 0,
    state,
    best: { step: 0, divergence, values: state.values },
    vain: 0,
    seconds: 0,
    course: [{ step: 0, seconds: 0, divergence, trainedDivergence: null, rounded: false }],
  };
}

/** After a judgement: the best is the least of all; once matrices are judged as they are written, the least of those. */
export function addJudgement(
  before: TrainingProgress,
  state: TrainedState,
  judgement: TrainingJudgementReport,
): TrainingProgress {
  const { step, seconds, divergence, rounded } = judgement;
  // what was better before was not yet as it is written
  const isFirst = rounded && before.course.at(-1)?.rounded === false;
  const isBetter = isFirst || divergence < before.best.divergence;
  return {
    step,
    state,
    best: isBetter ? { step, divergence, values: state.values } : before.best,
    vain: isBetter ? 0 : before.vain + 1,
    seconds,
    course: [...before.course, judgement],
  };
}

/** Whether too many judgements in a row saw no gain. */
export const hasGivenUp = ({ vain }: TrainingProgress): boolean => vain >= trainingDefaults.patience;

/** Why a training of so many steps ended where it is. */
export function describeEnd(
  progress: TrainingProgress,
  steps: number,
  isDiverged: boolean,
): TrainingReport['ended'] {
  if (isDiverged) return 'diverged';
  if (progress.step === steps) return 'all steps';
  return hasGivenUp(progress) ? 'no more gain' : 'stopped';
}

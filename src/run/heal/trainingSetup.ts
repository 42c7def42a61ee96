import { planTraining, trainingDefaults } from '../../heal/index.js';
import type { Model, TopTokens } from '../../native/index.js';
import { countTokens } from '../../score/index.js';
import type { Run } from '../start.js';
import type { Store } from '../store.js';
import type { Unhealed } from './closedForm.js';
import type { HealingOptions } from './options.js';
import type { Rounding } from './rounding.js';
import type { TrainingProgress } from './trainingProgress.js';

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

type StepOptions = Pick<
  HealingOptions,
  'trainTokens' | 'trainBatch' | 'trainRate' | 'trainLoss' | 'trainStream'
>;

/** What the steps are and how they are taken, settled before the first one. */
export function settleSteps(windows: readonly Int32Array[], options: StepOptions) {
  const loss = options.trainLoss ?? trainingDefaults.loss;
  const batch = options.trainBatch ?? trainingDefaults.batch;
  const wanted = options.trainTokens ?? trainingDefaults.tokens;
  const count = Math.ceil((wanted * windows.length) / countTokens(windows));
  return {
    loss,
    /** The share of cross-entropy in the loss. */
    hard: loss === 'cross-entropy' ? 1 : 0,
    /** What the distance of residual streams counts beside it. */
    stream: options.trainStream ?? trainingDefaults.stream,
    rate: options.trainRate ?? trainingDefaults.rate,
    batch,
    plan: planTraining(windows.length, count, batch, trainingDefaults.seed),
  } as const;
}

/** What the steps are and how they are taken. */
export type SettledSteps = ReturnType<typeof settleSteps>;

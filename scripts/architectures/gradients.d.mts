import type { Model, TrainedState, TrainingRunRequest } from '../../dist/index.js';

/** Lets a model train adapters that are not at their beginning. */
export function beginTraining(model: Model): Promise<TrainedState>;

/** The length of the gradient of some tensors, and how the loss changes along it. */
export function compareGradient(
  model: Model,
  state: TrainedState,
  request: TrainingRunRequest,
  isMoved: (name: string) => boolean,
  change?: number,
): Promise<{ readonly refusal: string; readonly length: number; readonly difference: number }>;

import type { Model, TrainedState, TrainingRunRequest } from '../../dist/index.js';

/** Lets a model train adapters that are not at their beginning. */
export function beginTraining(model: Model): Promise<TrainedState>;

/** The gradient of a window's loss, by tensors, with what is trained as a state has it; and the loss. */
export function readGradient(
  model: Model,
  state: TrainedState,
  request: TrainingRunRequest,
): Promise<{ readonly loss: number; readonly means: TrainedState['means']; readonly refusal: string }>;

/** The length of the gradient of some tensors, and how the loss changes along it. */
export function compareGradient(
  model: Model,
  state: TrainedState,
  request: TrainingRunRequest,
  isMoved: (name: string) => boolean,
  change?: number,
): Promise<{ readonly refusal: string; readonly length: number; readonly difference: number }>;

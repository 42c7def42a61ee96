export { drawAdapter, type AdaptedMatrix, type LowRankPair } from './adapter.js';
export {
  checkHealing,
  closedMethods,
  findTraining,
  healingMethods,
  healingNames,
  parseHealing,
  type HealingMethod,
  type HealingName,
  type TrainingName,
} from './methods.js';
export { healingDefaults } from './options.js';
export { planHealing, type HealingStep } from './plan.js';
export {
  findMatrixKind,
  isTrainedNorm,
  matrixKinds,
  parseMatrixKinds,
  type MatrixKind,
} from './trainedKinds.js';
export {
  computeRate,
  estimateTrainingMemory,
  planTraining,
  trainingDefaults,
  trainingLosses,
  type TrainingLossName,
  type TrainingPlan,
} from './training.js';
export { splitWindows, type HealingWindows } from './windows.js';

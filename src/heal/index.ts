export { drawAdapter, isAdapted, isTrainedNorm, type AdaptedMatrix, type LowRankPair } from './adapter.js';
export {
  checkHealing,
  closedMethods,
  healingMethods,
  healingNames,
  parseHealing,
  type HealingMethod,
  type HealingName,
} from './methods.js';
export { healingDefaults } from './options.js';
export { planHealing, type HealingStep } from './plan.js';
export {
  computeRate,
  estimateTrainingMemory,
  planTraining,
  trainingDefaults,
  type TrainingPlan,
} from './training.js';
export { splitWindows, type HealingWindows } from './windows.js';

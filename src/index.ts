/**
 * prune-gguf: drops the transformer blocks of GGUF language models that are missed least.
 *
 * {@link pruneFile} does the whole job. The steps are there one by one, too: {@link openModel}, {@link scoreBlocks},
 * {@link chooseBlocks}, {@link writePruned}, {@link measureLoss}.
 */
export { PruneError, type ErrorCode } from './errors.js';
export {
  compareModels,
  cutText,
  findTask,
  measureAgreement,
  measureLoss,
  parseSources,
  tasks,
  type DataSource,
  type LossResult,
} from './evaluate/index.js';
export { healFile, type HealRequest } from './healPipeline.js';
export { compareFile } from './comparePipeline.js';
export { evaluateFile } from './evalPipeline.js';
export { escapeUnsafe } from './gguf/index.js';
export { listArchitectures, type ArchitectureSupport } from './model/index.js';
export {
  healingDefaults,
  healingMethods,
  healingNames,
  matrixKinds,
  parseHealing,
  parseMatrixKinds,
  trainingDefaults,
  trainingLosses,
  type HealingName,
  type MatrixKind,
  type TrainingLossName,
} from './heal/index.js';
export { examineMachine, type Examination } from './doctor.js';
export { inspectFile, type BlockInspection, type Inspection } from './inspect.js';
export {
  findDevices,
  gpuChoices,
  openModel,
  type AddonExam,
  type BackendExam,
  type GpuChoice,
  type Model,
  type ModelOptions,
} from './native/index.js';
export { pruneFile, scoreFile } from './pipeline.js';
export { settling } from './run/settle.js';
export * from './report/index.js';
export type { DropPlan } from './rewrite/index.js';
export type { CompareRequest } from './run/comparison/options.js';
export { usualTypes } from './run/comparison/types.js';
export type {
  EvalRequest,
  GenerationSelection,
  TaskSelection,
  TextRequest,
} from './run/evaluation/options.js';
export type { HealingOptions } from './run/heal/options.js';
export type {
  CalibrationOptions,
  CompanionOptions,
  PruneRequest,
  RunEvent,
  RunOptions,
  ScoreRequest,
  Stage,
} from './run/options.js';
export {
  defaultMetric,
  metricNames,
  metrics,
  windowDefaults,
  type BlockScores,
  type MetricName,
} from './score/index.js';
export { defaultSearch, judgeMeasures, searchDefaults, type SearchOptions } from './run/search/options.js';
export { unitNames, type UnitName } from './run/search/units.js';
export {
  defaultAmount,
  formatBlockList,
  formatDrop,
  parseBlockList,
  searchNames,
  type Amount,
  type Budget,
  type NamedAmount,
  type SearchName,
} from './select/index.js';
export {
  chooseBlocks,
  scoreBlocks,
  writePruned,
  type ScoreBlocksOptions,
  type WriteOptions,
} from './steps.js';
export type * from './publicTypes.js';
export { toolVersion } from './version.js';

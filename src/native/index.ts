export type { CallOptions } from './childProcess.js';
export type {
  Device,
  FitRequest,
  GeneratedTokens,
  GenerationRequest,
  MergeRequest,
  ModelFacts,
  SequenceRequest,
  SpeedResult,
  TensorPlace,
  TopTokens,
  WholeTensor,
  TrainedState,
  TrainingLoss,
  WindowResult,
} from './contract.js';
export { convertWeights, countConvertedBytes, countFastBytes } from './convertWeights.js';
export { examineAddon, type AddonExam, type BackendExam } from './examine.js';
export { exceedsMemory, measureFreeMemory } from './freeMemory.js';
export {
  gpuChoices,
  type BackendFolder,
  type BackendName,
  type GpuBackend,
  type GpuChoice,
} from './locate.js';
export type { Model, ModelOptions, RunRequest, TimedRequest } from './model.js';
export { openModel } from './openModel.js';
export type { MemoryUse } from './protocol.js';
export { quantizeModel } from './quantizeModel.js';
export { findDevices } from './sharedProcess.js';

/** The types that the public functions take and give, beside those that have a function of their name in src/index.ts. */
export type { Candidate, Comparison, Divergence } from './evaluate/divergence.js';
export type { LossOptions, LossSource, WindowLosses } from './evaluate/perplexity.js';
export type { TaskRules } from './evaluate/tasks/taskRules.js';
export type { AccuracyRule } from './evaluate/tasks/types.js';
export type { LossWindow, ScoredWindow, TextRule } from './evaluate/textWindows.js';
export type { Entry, GgufHeader, GgufPart, PlacedTensor, TensorInfo, ValueType } from './gguf/types.js';
export type { AttentionInspection } from './inspect.js';
export type { Block, ModelDescription } from './model/describe.js';
export type { CallOptions } from './native/childProcess.js';
export type {
  AdamStep,
  AdapterMatrix,
  TrainedRequest,
  BlockRequest,
  Device,
  FitRequest,
  GeneratedTokens,
  GenerationRequest,
  MergeRequest,
  ModelFacts,
  RefitRequest,
  RefitResult,
  SequenceRequest,
  SpeedResult,
  TensorPlace,
  TopTokens,
  WholeTensor,
  TrainedState,
  TrainingLoss,
  TrainingRequest,
  WeightOverride,
  WindowRequest,
  WindowResult,
} from './native/contract.js';
export type { BackendName, GpuBackend } from './native/locate.js';
export type { BlockRunRequest, RunRequest, TimedRequest, TrainingRunRequest } from './native/model.js';
export type { MemoryUse } from './native/protocol.js';
export type { Comb, GivenPiece, Piece } from './rewrite/content.js';
export type { CopyRange, Placed, PlannedFile } from './rewrite/planFiles.js';
export type { JudgeMeasure } from './run/search/damages.js';
export type { SettleAmount } from './run/search/searchBlocks.js';
export type { Measured, WindowValues } from './score/measured.js';
export type { KeptEnds, Metric, Ranking } from './score/metrics.js';
export type { CountedAmount } from './select/amount.js';
export type { Dropped } from './select/formatDrop.js';

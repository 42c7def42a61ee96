import type {
  AdamStep,
  TrainedRequest,
  BlockRequest,
  Device,
  GeneratedTokens,
  GenerationRequest,
  MergeRequest,
  ModelFacts,
  OpenRequest,
  QuantizeRequest,
  RefitRequest,
  RefitResult,
  SequenceRequest,
  SpeedRequest,
  SpeedResult,
  TensorPlace,
  TrainedState,
  TrainingLoss,
  TrainingRequest,
  WeightOverride,
  WindowRequest,
  WindowResult,
} from './contract.js';

/** What the child process can be asked to do: arguments and result of each method. */
export interface Methods {
  start: { args: StartRequest; result: StartResult };
  open: { args: OpenRequest; result: ModelFacts };
  tokenize: { args: readonly string[]; result: Int32Array[] };
  detokenize: { args: Int32Array; result: string };
  runWindow: { args: WindowRequest; result: WindowResult };
  runSequences: { args: SequenceRequest; result: Float32Array };
  generate: { args: GenerationRequest; result: GeneratedTokens[] };
  measureSpeed: { args: SpeedRequest; result: SpeedResult };
  sumMagnitudes: { args: TensorPlace; result: number };
  runBlock: { args: BlockRequest; result: string };
  sumPatch: {
    args: { readonly stream: number; readonly wanted: number; readonly block: number };
    result: undefined;
  };
  copyStream: { args: { readonly from: number; readonly to: number }; result: undefined };
  forgetStreams: { args: undefined; result: undefined };
  compareStreams: { args: { readonly a: number; readonly b: number }; result: number };
  clearSums: { args: undefined; result: undefined };
  refit: { args: RefitRequest; result: RefitResult };
  overrideWeight: { args: WeightOverride; result: undefined };
  beginTraining: { args: TrainedRequest; result: undefined };
  trainWindow: { args: TrainingRequest; result: TrainingLoss };
  stepTraining: { args: AdamStep; result: number };
  readTrained: { args: undefined; result: TrainedState };
  writeTrained: { args: TrainedState; result: undefined };
  mergeTrained: { args: MergeRequest; result: Uint8Array };
  holdRounding: { args: MergeRequest; result: undefined };
  measureMemory: { args: undefined; result: MemoryUse };
  quantize: { args: QuantizeRequest; result: undefined };
  cancel: { args: undefined; result: undefined };
  close: { args: undefined; result: undefined };
}

/** How the child's words begin where the addon cannot be loaded, whatever backend is asked for. */
export const unloadable = 'The addon cannot be loaded';

export interface StartRequest {
  readonly addon: string;
  readonly backendFolder: string;
  /** Other machines whose devices are used as well, and the library that reaches them; null for none. */
  readonly servers: { readonly library: string; readonly addresses: readonly string[] } | null;
}

export interface StartResult {
  readonly devices: readonly Device[];
  readonly systemInfo: string;
}

export interface MemoryUse {
  /** The most main memory that the process had at once, in bytes. */
  readonly peakBytes: number;
  readonly devices: readonly Device[];
}

export type Method = keyof Methods;

export interface Call {
  readonly id: number;
  /** Which of the models of the process is meant; those that mean none do not read it. */
  readonly session: number;
  readonly method: Method;
  readonly args: unknown;
}

export type Reply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly id: number; readonly progress: number };

/** The handle of an open model, and what it can be asked for. */
import type { GgufHeader } from '../gguf/index.js';
import type { ModelDescription } from '../model/index.js';
import type { CallOptions } from './childProcess.js';
import type {
  AdamStep,
  TrainedRequest,
  BlockRequest,
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
  TrainedState,
  TrainingLoss,
  TrainingRequest,
  WeightOverride,
  WindowRequest,
  WindowResult,
} from './contract.js';
import type { BackendName, GpuChoice } from './locate.js';
import type { MemoryUse } from './protocol.js';

/** How models are run. */
export interface ModelOptions {
  /** Default: auto, the first backend of cuda, vulkan, metal that has a device. */
  readonly gpu?: GpuChoice | undefined;
  /**
   * Other machines whose devices take a share of the blocks by their memory, as `host:port` of llama.cpp's rpc-server.
   * What runs there is neither encrypted nor checked: use it on a network that you trust.
   */
  readonly rpc?: readonly string[] | undefined;
  /** Blocks on GPUs and other machines. Default: all. */
  readonly gpuLayers?: number | undefined;
  /** Default: the number of cores. */
  readonly threads?: number | undefined;
  /** Tokens of the longest window that will be run, or of all sequences together. Default: 512. */
  readonly contextTokens?: number | undefined;
  /** How many sequences are run side by side. Default: 1. */
  readonly sequences?: number | undefined;
  /** Whether sequences share what they begin with, and the room; otherwise each has its part. Default: yes. */
  readonly sharedCells?: boolean | undefined;
  /** An open model whose process this one is loaded into, so that the distributions of both can be compared. */
  readonly beside?: Model | undefined;
  /**
   * Leave matrices as the file has them, mapped, instead of having some reordered for the processor, which takes memory and
   * makes it faster. Default: where the file is larger than free memory. What is compared has to be run alike.
   */
  readonly mapped?: boolean | undefined;
  /** Run with dequantised weights: slower on some processors, the same to six digits on all. Default: false. */
  readonly exact?: boolean | undefined;
  /** Whether it is to be trained, on windows of at most `contextTokens`; it is mapped then. Default: false. */
  readonly trained?: boolean | undefined;
  readonly onProgress?: ((share: number) => void) | undefined;
  /** Told what takes long and happens once, such as building the addon. */
  readonly onNote?: ((text: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The part of a window request that a caller chooses; the rest follows from how the model was opened. */
export type RunRequest = {
  readonly tokens: Int32Array;
  readonly bypass?: readonly number[];
  readonly bypassAttention?: readonly number[];
} & Partial<Omit<WindowRequest, 'tokens' | 'bypass' | 'bypassAttention' | 'exact'>>;

/** A window to be trained on; of a model without its bypassed blocks. */
export type TrainingRunRequest = Pick<TrainingRequest, 'tokens' | 'reference'> & {
  readonly bypass?: readonly number[] | undefined;
  readonly bypassAttention?: readonly number[] | undefined;
  readonly overridden?: boolean | undefined;
  readonly converted?: boolean | undefined;
  /** Default: 0, or all where there is no reference. */
  readonly hard?: number | undefined;
  /** Default: 0. */
  readonly stream?: number | undefined;
};

/** A block to be run; without a fit unless one is asked for. */
export type BlockRunRequest = Pick<BlockRequest, 'tokens' | 'block' | 'stream'> & {
  readonly overridden?: boolean | undefined;
  readonly converted?: boolean | undefined;
  readonly bypassed?: boolean | undefined;
  readonly bypassAttention?: readonly number[] | undefined;
  readonly squares?: boolean | undefined;
  readonly fit?: FitRequest | undefined;
};

/** What is timed; one sequence unless more are asked for. */
export interface TimedRequest {
  readonly prompt: Int32Array;
  readonly generate: number;
  readonly sequences?: number | undefined;
  readonly bypass?: readonly number[] | undefined;
  readonly bypassAttention?: readonly number[] | undefined;
}

/** A loaded model, in a process of its own unless it was opened beside another one, or on the same other machines. The only handle of this package: close it, or use `await using`. */
export interface Model extends AsyncDisposable {
  readonly header: GgufHeader;
  readonly description: ModelDescription;
  readonly facts: ModelFacts;
  readonly backend: BackendName;
  readonly mapped: boolean;
  /** Whether passes multiply with converted matrices where nothing else is asked for, see `convertWeights`. */
  readonly converted: boolean;
  readonly exact: boolean;
  /** Whether it can be trained. */
  readonly trained: boolean;
  readonly threads: number;
  /** Process id of the process that holds the model. */
  readonly pid: number | undefined;
  readonly contextTokens: number;
  /** How many sequences can be run side by side. */
  readonly sequences: number;
  /** Tokenises text; no special tokens are added or recognised. */
  tokenize(text: string, options?: CallOptions): Promise<Int32Array>;
  tokenizeAll(texts: readonly string[], options?: CallOptions): Promise<readonly Int32Array[]>;
  detokenize(tokens: Int32Array, options?: CallOptions): Promise<string>;
  runWindow(request: RunRequest, options?: CallOptions): Promise<WindowResult>;
  /** Natural logarithm of the probability of each target. */
  runSequences(request: SequenceRequest, options?: CallOptions): Promise<Float32Array>;
  generate(request: GenerationRequest, options?: CallOptions): Promise<readonly GeneratedTokens[]>;
  /** The time of stock llama.cpp for a prompt in each of some sequences and `generate` single tokens after it. */
  measureSpeed(request: TimedRequest, options?: CallOptions): Promise<SpeedResult>;
  /** The sum of the absolute values of a tensor, dequantised. @throws PruneError NATIVE_FAILED for types without values */
  sumMagnitudes(place: TensorPlace, options?: CallOptions): Promise<number>;
  /**
   * Runs a single block, from a stream that an earlier call left.
   * @returns why the matrix cannot be fitted; undefined where it can, or none was to be
   */
  runBlock(request: BlockRunRequest, options?: CallOptions): Promise<string | undefined>;
  /** Adds to the sums that a map is fitted from which stands between the states of two streams, at a block. */
  sumPatch(stream: number, wanted: number, block: number, options?: CallOptions): Promise<void>;
  copyStream(from: number, to: number, options?: CallOptions): Promise<void>;
  forgetStreams(options?: CallOptions): Promise<void>;
  /** The squared distance of two streams' states as a share of the second's square, but for the first token. */
  compareStreams(a: number, b: number, options?: CallOptions): Promise<number>;
  /** Forgets what `runBlock` has summed. */
  clearSums(options?: CallOptions): Promise<void>;
  /** A matrix refitted by what was summed, with each ridge; and why the next ridge gives none. */
  refit(request: RefitRequest, options?: CallOptions): Promise<RefitResult>;
  /** Lets passes that are `overridden` multiply with another matrix. */
  overrideWeight(weight: WeightOverride, options?: CallOptions): Promise<void>;
  /** Lets all passes from now on multiply with an adapter as well, whose matrices are trained. */
  beginTraining(request: TrainedRequest, options?: CallOptions): Promise<void>;
  /**
   * Adds the gradients of a window's loss to those since the last step. The window runs in one graph, of a model that was
   * opened to be trained; where the architecture has an operation that no gradient passes, that is a refusal.
   */
  trainWindow(request: TrainingRunRequest, options?: CallOptions): Promise<TrainingLoss>;
  /** @returns the norm of the gradient before it was shortened */
  stepTraining(step: AdamStep, options?: CallOptions): Promise<number>;
  readTrained(options?: CallOptions): Promise<TrainedState>;
  writeTrained(state: TrainedState, options?: CallOptions): Promise<void>;
  /** The bytes of a matrix with what the adapter adds to it, in a type of ggml's. */
  mergeTrained(request: MergeRequest, options?: CallOptions): Promise<Uint8Array>;
  /**
   * Lets passes multiply with a matrix as `mergeTrained` would give it now, while it goes on being trained: what
   * rounding took or added stays as it is until this is called again (a straight-through estimate of gradients; Bondarenko
   * et al. 2024, "Low-rank quantization-aware training for LLMs", section 3).
   */
  holdRounding(request: MergeRequest, options?: CallOptions): Promise<void>;
  /** The memory of the process so far. */
  measureMemory(options?: CallOptions): Promise<MemoryUse>;
  close(): Promise<void>;
}

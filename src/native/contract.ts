/**
 * The one typed contract with the addon. Mirrors native/binding/; whoever changes one changes the other.
 */

/** How a model is loaded. */
export interface OpenRequest {
  readonly path: string;
  /** What the architecture calls a block's output when it names its tensors. */
  readonly stateName: string;
  /** The same of the sum of a block's attention and its input; empty where attention cannot be bypassed. */
  readonly attentionSumName: string;
  /** A residual stream of several lanes is `[embedding, tokens, lanes]`, not `[embedding, lanes, tokens]`. */
  readonly lanesLast: boolean;
  /** Blocks to put on the GPU: 0 none, a number beyond the last block all of them and the head. */
  readonly gpuLayers: number;
  readonly threads: number;
  /** Tokens that all sequences together may have. */
  readonly contextTokens: number;
  /** Tokens that one compute graph takes; longer windows run in pieces of this size. */
  readonly batchTokens: number;
  /** How many sequences may be run side by side. */
  readonly sequences: number;
  /** Sequences share what they have in common, and the room; otherwise each has its own part of the context. */
  readonly sharedCells: boolean;
  /** Allow exact windows: F32 keys and values, plain attention. */
  readonly exact: boolean;
  /** Allow training: F32 keys and values, plain attention. */
  readonly trained: boolean;
  /** Leave matrices as the file has them, mapped; otherwise the processor may have them reordered, which takes memory. */
  readonly mapped: boolean;
}

/** What llama.cpp knows of a loaded model. */
export interface ModelFacts {
  readonly blocks: number;
  readonly embedding: number;
  readonly vocabulary: number;
  readonly trainedContext: number;
  /** Token that begins a text; null if the vocabulary has none. */
  readonly bos: number | null;
  readonly addBos: boolean;
  /** Hardware that the blocks run on. */
  readonly device: string;
}

/** One forward pass and what to keep of it. Nothing asked for: the blocks run and nothing is kept. */
export interface WindowRequest {
  readonly tokens: Int32Array;
  /** Keep the Gram matrix of the residual states of each token. */
  readonly gram: boolean;
  /** Keep the loss of each token from `firstScored` on. Without it no logits are computed. */
  readonly losses: boolean;
  /** The first token whose loss is wanted, from 1 on. */
  readonly firstScored: number;
  /**
   * What becomes of the distributions that the losses come from: kept in the slot, or compared with those that were kept
   * there last, by this model or another one of the process.
   */
  readonly distribution: 'none' | 'keep' | 'compare';
  /** Multiply with dequantised weights instead of rounding activations to 8 bits. */
  readonly exact: boolean;
  /** Blocks left out of this pass, ascending. */
  readonly bypass: Int32Array;
  /** Blocks that are left out of this pass by their attention alone, ascending. */
  readonly bypassAttention: Int32Array;
  /** How many of the most likely tokens in each scored one's place are wanted; 0 for none. */
  readonly topTokens: number;
  /** What each distribution is compared with; not together with a `distribution` that is compared. */
  readonly reference: TopTokens | null;
  /** Where the inputs of blocks, and distributions, are kept in the process; each slot has those of one window. */
  readonly slot: number;
  /** Keep the inputs of the blocks that are run. */
  readonly keepInputs: boolean;
  /**
   * Begin with this block's input as it was kept in the slot, by a pass over the same window with the same blocks and
   * attentions below left out. 0: from the beginning.
   */
  readonly firstBlock: number;
  /** A block whose output becomes `input + factor · (output − input)`; not together with `keepInputs`. */
  readonly attenuate: { readonly block: number; readonly factor: number } | null;
  /** Multiply with the matrices that were given by `overrideWeight` instead of the model's. */
  readonly overridden: boolean;
  /** Multiply with quantised matrices converted to Q8_0 where they lie in main memory as the file has them; not `exact`. */
  readonly converted: boolean;
  /** The number of a stream whose state `firstBlock` begins with, instead of one that was kept; null: a kept one. */
  readonly stream: number | null;
}

/** One block over a window whose state before it is kept as a stream. Without a fit its output becomes that state. */
export interface BlockRequest {
  readonly tokens: Int32Array;
  readonly block: number;
  /** The number of the stream; for the first block it need not be there. */
  readonly stream: number;
  readonly overridden: boolean;
  readonly converted: boolean;
  /** Leave the block out, but for an overriding map `patch.<block>` that stands for it. */
  readonly bypassed: boolean;
  /** Blocks whose attention is left out, ascending. */
  readonly bypassAttention: Int32Array;
  /**
   * Add up the squares of what each matrix of the block is multiplied with, by which `mergeTrained` weighs columns; not
   * together with a fit.
   */
  readonly squares: boolean;
  readonly fit: FitRequest | null;
}

/** What a matrix of a block would have to add for the block's output to be another stream's state. */
export interface FitRequest {
  /** The name of the matrix. */
  readonly weight: string;
  /** Fit a map of what the matrix yields, not of what it reads. */
  readonly ofProduct: boolean;
  /** The number of the stream whose state is wanted. */
  readonly wanted: number;
}

/** A matrix refitted by what was summed so far, with each of some ridges. */
export interface RefitRequest {
  /** Where the values to begin with lie; null: zeros. */
  readonly place: TensorPlace | null;
  /** A number of ggml's. */
  readonly type: number;
  /** What is added to the diagonal of the inputs' sum of squares, as shares of its mean. */
  readonly ridges: Float64Array;
}

export interface RefitResult {
  /** The matrices' bytes; those of the ridges before the refused one. */
  readonly fits: readonly Uint8Array[];
  /** Why the next ridge gives none; empty where all give one. */
  readonly refusal: string;
}

/** A matrix that graphs may multiply with instead of the model's own. */
export interface WeightOverride {
  readonly name: string;
  /** Whose device it goes to. */
  readonly block: number;
  /** A number of ggml's. */
  readonly type: number;
  /** Columns and rows. */
  readonly inputs: number;
  readonly outputs: number;
  /** Null: the model's own again. */
  readonly bytes: Uint8Array | null;
}

/**
 * What is to be trained: an adapter for some matrices, alpha / rank · B·A being added to each (LoRA, Hu et al. 2021), and
 * other tensors as they are.
 */
export interface TrainedRequest {
  readonly rank: number;
  readonly alpha: number;
  readonly matrices: readonly AdapterMatrix[];
  /** With the share of the learning rate that each takes steps of. */
  readonly wholes: readonly (WholeTensor & { readonly pace: number })[];
}

/** A matrix, or the weights of a norm, mostly a single row. */
export interface WholeTensor {
  readonly name: string;
  /** Whose device it goes to; the number of blocks for what comes after them. */
  readonly block: number;
  /** Columns and rows. */
  readonly inputs: number;
  readonly outputs: number;
  /** Of the model's values; those of an override are taken where there is one. */
  readonly place: TensorPlace;
}

export interface AdapterMatrix {
  readonly name: string;
  /** `[rank, inputs]` */
  readonly a: Float32Array;
  /** `[outputs, rank]` */
  readonly b: Float32Array;
}

/** A window that is trained on: the gradients of its loss are added to those of others since the last step. */
export interface TrainingRequest {
  readonly tokens: Int32Array;
  /** Blocks left out, ascending. */
  readonly bypass: Int32Array;
  readonly bypassAttention: Int32Array;
  readonly overridden: boolean;
  /** Of gradients too: their products round to 8 bits then. */
  readonly converted: boolean;
  /** What the distributions in place of all tokens but the first should be; null: cross-entropy alone is the loss. */
  readonly reference: TopTokens | null;
  /** The share of cross-entropy in the loss; the rest is the divergence from the reference. */
  readonly hard: number;
  /** What the distance of the residual stream from the original's counts beside that; 0: it costs no further pass. */
  readonly stream: number;
}

export interface TrainingLoss {
  /** Sums over all tokens of a window but the first, in nats. */
  readonly divergence: number;
  readonly crossEntropy: number;
  /**
   * Sum over the same tokens of ‖x - w‖² / ‖w‖², x being a residual state, w the original's; the mean over the places that
   * gradients reach: after the last block, and before each of those above the lowest one that is trained. 0 where it counts
   * nothing.
   */
  readonly stream: number;
  /** Why no gradient can be had; empty where one was. */
  readonly refusal: string;
}

/** A step of AdamW (Loshchilov and Hutter 2019). */
export interface AdamStep {
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly decay: number;
  /** The norm that a longer gradient is shortened to; 0: none is. */
  readonly clip: number;
  /** Of the sums of gradients: how many tokens they are of. */
  readonly divisor: number;
  /** Of the step, from 1 on. */
  readonly number: number;
}

/**
 * What is trained, and what the steps remember: by tensor, `<matrix>.lora_a` and `<matrix>.lora_b` of all matrices, then the
 * others by their names.
 */
export interface TrainedState {
  readonly names: readonly string[];
  readonly values: readonly Float32Array[];
  readonly means: readonly Float32Array[];
  readonly squares: readonly Float32Array[];
}

/** A matrix as it was trained, or with what the adapter adds to it. */
export interface MergeRequest {
  readonly name: string;
  /** Columns. */
  readonly inputs: number;
  /** Of the model's values; those of an override are taken where there is one. */
  readonly place: TensorPlace;
  /** A number of ggml's. */
  readonly type: number;
}

/** `[tokens, count]`: the most likely tokens in each one's place, in no order, and the logarithms of their probabilities. */
export interface TopTokens {
  readonly count: number;
  readonly tokens: Int32Array;
  readonly logProbabilities: Float32Array;
}

export interface WindowResult {
  /** `[tokens, states, states]`, states = blocks + 1; empty unless asked for. */
  readonly gram: Float32Array;
  /** `[tokens - firstScored]`, in nats; empty unless asked for. */
  readonly losses: Float32Array;
  /** `[tokens - firstScored]`: the token held most likely in place of each; kept with the losses. */
  readonly predictions: Int32Array;
  /**
   * `[tokens - firstScored]`: Kullback-Leibler divergence from the kept distribution, or from the reference with all
   * tokens but its own taken for one, in nats; empty unless compared.
   */
  readonly divergences: Float32Array;
  /** Of the scored tokens; null unless wanted. */
  readonly top: TopTokens | null;
}

/** Tokens of several sequences, run side by side the way that stock llama.cpp does. */
export interface SequenceRequest {
  /** Forget all sequences first. */
  readonly clear: boolean;
  /** Then let sequences be as others are: from, to, from, to, …; empty where from is -1. */
  readonly copies: Int32Array;
  /** Then run these; by token, its position in its sequence and the sequence's number. */
  readonly tokens: Int32Array;
  readonly positions: Int32Array;
  readonly sequences: Int32Array;
  /** Places among the tokens, ascending; a place may come several times. */
  readonly rows: Int32Array;
  /** `[rows]`: the token whose probability to come after that place is wanted. */
  readonly targets: Int32Array;
}

/** Texts to be written, each in a sequence of its own. */
export interface GenerationRequest {
  readonly prompts: readonly Int32Array[];
  readonly maxTokens: number;
  /** 0: always the most likely token. */
  readonly temperature: number;
  /** 0: all tokens. */
  readonly topK: number;
  readonly topP: number;
  /** Of the first prompt; each further one has the next. */
  readonly seed: number;
  /** A text ends as soon as one of these is in it. */
  readonly stop: readonly string[];
}

export interface GeneratedTokens {
  /** Without the prompt and without the token that ended the text. */
  readonly tokens: Int32Array;
  /** Whether the model ended the text by itself, or by one of the stops. */
  readonly ended: boolean;
}

export interface QuantizeRequest {
  readonly input: string;
  readonly output: string;
  /** `general.file_type`, a number of llama.cpp's. */
  readonly fileType: number;
  readonly threads: number;
}

export interface SpeedRequest {
  readonly prompt: Int32Array;
  /** Single tokens after it. */
  readonly generate: number;
  /** How many prompts are run, and continued, side by side. */
  readonly sequences: number;
  /** Blocks left out, ascending. */
  readonly bypass: Int32Array;
  /** Blocks whose attention alone is left out, ascending. */
  readonly bypassAttention: Int32Array;
}

export interface SpeedResult {
  readonly promptSeconds: number;
  readonly generationSeconds: number;
}

/** Where the values of a tensor lie in a file. */
export interface TensorPlace {
  readonly path: string;
  /** Of the first byte in the file. */
  readonly offset: number;
  /** A number of ggml's. */
  readonly type: number;
  /** How many values. */
  readonly count: number;
}

/** A device that a backend offers. Memory in bytes. */
export interface Device {
  readonly name: string;
  readonly description: string;
  readonly kind: 'cpu' | 'gpu' | 'integrated-gpu' | 'accelerator';
  readonly backend: string;
  readonly memoryFree: number;
  readonly memoryTotal: number;
}

/** One model; calls run one after the other; `cancel` makes the call in progress fail. */
export interface NativeSession {
  open(request: OpenRequest, onProgress: (share: number) => void): Promise<ModelFacts>;
  tokenize(texts: readonly string[]): Promise<Int32Array[]>;
  detokenize(tokens: Int32Array): Promise<string>;
  runWindow(request: WindowRequest): Promise<WindowResult>;
  /** Natural logarithm of the probability of each target. */
  runSequences(request: SequenceRequest): Promise<Float32Array>;
  generate(request: GenerationRequest): Promise<GeneratedTokens[]>;
  measureSpeed(request: SpeedRequest): Promise<SpeedResult>;
  /** The sum of the absolute values, dequantised; it needs no pass. */
  sumMagnitudes(place: TensorPlace): Promise<number>;
  /** Why the matrix cannot be fitted; empty where it can, or none was to be. */
  runBlock(request: BlockRequest): Promise<string>;
  /** Adds to the sums that a map is fitted from which stands between the states of two streams, at a block. */
  sumPatch(stream: number, wanted: number, block: number): Promise<undefined>;
  copyStream(from: number, to: number): Promise<undefined>;
  forgetStreams(): Promise<undefined>;
  /** The squared distance of two streams' states as a share of the second's square, but for the first token. */
  compareStreams(a: number, b: number): Promise<number>;
  clearSums(): Promise<undefined>;
  refit(request: RefitRequest): Promise<RefitResult>;
  overrideWeight(weight: WeightOverride): Promise<undefined>;
  /** Lets all passes from now on multiply with an adapter as well. */
  beginTraining(request: TrainedRequest): Promise<undefined>;
  trainWindow(request: TrainingRequest): Promise<TrainingLoss>;
  /** The norm of the gradient before it was shortened. */
  stepTraining(step: AdamStep): Promise<number>;
  readTrained(): Promise<TrainedState>;
  writeTrained(state: TrainedState): Promise<undefined>;
  mergeTrained(request: MergeRequest): Promise<Uint8Array>;
  /** Lets passes multiply with a matrix as it would be merged now; see Model. */
  holdRounding(request: MergeRequest): Promise<undefined>;
  cancel(): void;
  close(): Promise<void>;
}

export interface NativeAddon {
  loadBackends(folder: string): void;
  /** Adds the devices of other machines; the library is that of ggml's RPC backend. */
  connectServers(library: string, addresses: readonly string[]): void;
  listDevices(): Device[];
  systemInfo(): string;
  quantize(request: QuantizeRequest): Promise<void>;
  readonly Session: new () => NativeSession;
}

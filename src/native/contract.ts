/**
 * The one typed contract with the addon. Mirrors native/binding/; whoever changes one changes the other.
 */

/** How a model is loaded. */
export interface OpenRequest {
  readonly path: string;
  /** What the architecture calls a block's output when it names its tensors. */
  readonly stateName: string;
  /** A residual stream of several lanes is `[embedding, tokens, lanes]`, not `[embedding, lanes, tokens]`. */
  readonly lanesLast: boolean;
  /** Blocks to put on the GPU: 0 none, a number beyond the last block all of them and the head. */
  readonly gpuLayers: number;
  readonly threads: number;
  /** Tokens of the longest window. */
  readonly contextTokens: number;
  /** Tokens that one compute graph takes; longer windows run in pieces of this size. */
  readonly batchTokens: number;
  /** Allow exact windows: F32 keys and values, plain attention, matrices left as the file has them. */
  readonly exact: boolean;
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
  /** Keep the loss of each token but the first. Without it no logits are computed. */
  readonly losses: boolean;
  /** Multiply with dequantised weights instead of rounding activations to 8 bits. */
  readonly exact: boolean;
  /** Blocks left out of this pass, ascending. */
  readonly bypass: Int32Array;
}

export interface WindowResult {
  /** `[tokens, states, states]`, states = blocks + 1; empty unless asked for. */
  readonly gram: Float32Array;
  /** `[tokens - 1]`, in nats; empty unless asked for. */
  readonly losses: Float32Array;
  /** `[tokens - 1]`: the token held most likely in place of each; kept with the losses. */
  readonly predictions: Int32Array;
}

export interface SpeedResult {
  readonly promptSeconds: number;
  readonly generationSeconds: number;
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

/** One model at a time; calls run one after the other; `cancel` makes the call in progress fail. */
export interface NativeSession {
  open(request: OpenRequest, onProgress: (share: number) => void): Promise<ModelFacts>;
  tokenize(text: string): Promise<Int32Array>;
  runWindow(request: WindowRequest): Promise<WindowResult>;
  measureSpeed(prompt: Int32Array, generate: number): Promise<SpeedResult>;
  cancel(): void;
  close(): Promise<void>;
}

export interface NativeAddon {
  loadBackends(folder: string): void;
  listDevices(): Device[];
  systemInfo(): string;
  readonly Session: new () => NativeSession;
}

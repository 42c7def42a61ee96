/** Tokens of several sequences, to be run side by side; as the model takes them. */
export interface SequenceRequest {
  readonly clear: boolean;
  readonly copies: Int32Array;
  readonly tokens: Int32Array;
  readonly positions: Int32Array;
  readonly sequences: Int32Array;
  readonly rows: Int32Array;
  readonly targets: Int32Array;
}

/** What scoring needs of a model. */
export interface SequenceSource {
  /** Tokens of all sequences together, and how many of them there may be. */
  readonly contextTokens: number;
  readonly sequences: number;
  /** @returns `[rows]`, the natural logarithm of each target's probability */
  runSequences(
    request: SequenceRequest,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<Float32Array>;
}

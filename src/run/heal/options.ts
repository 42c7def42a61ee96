import type { HealingName, MatrixKind, TrainingLossName } from '../../heal/index.js';

/** How what the drop broke is healed. */
export interface HealingOptions {
  /** Default: not at all. */
  readonly heal?: readonly HealingName[] | undefined;
  /**
   * What the repairs are fitted to: a file as `calibration`, or `self:24000`, text of so many tokens that the model writes.
   * Default: all of the calibration but the windows that the result is judged on.
   */
  readonly healText?: string | undefined;
  /** Tokens of the text to use, spread evenly over it where it has more. Default: 24,576; all that the model writes, if nothing is trained. */
  readonly healTokens?: number | undefined;
  /** The type of refitted matrices and of maps, such as `Q8_0`. Default: the one that a matrix has; Q8_0 for maps. */
  readonly healType?: string | undefined;
  /** Tokens that `lora` or `full` train on, those that come again counted again. Default: 98,304. */
  readonly trainTokens?: number | undefined;
  /** Windows whose gradients are added up for a step. Default: 1. */
  readonly trainBatch?: number | undefined;
  /** The rank of what `lora` adds to each matrix. Default: 16. */
  readonly trainRank?: number | undefined;
  /** The highest learning rate. Default: 0.001. */
  readonly trainRate?: number | undefined;
  /** What is trained on; held-out windows judge by the divergence from the original. Default: that. */
  readonly trainLoss?: TrainingLossName | undefined;
  /**
   * What the distance of the residual stream from the original's counts beside the loss: the square of what they differ by
   * as a share of the original's square, the mean over places in between blocks. Default: 0, which spares a pass of the original.
   */
  readonly trainStream?: number | undefined;
  /** Which matrices of each block are trained. Default: all by `lora`, attn_output and ffn_down by `full`. */
  readonly trainTensors?: readonly MatrixKind[] | undefined;
  /** Write what `lora` trains as an adapter to this file, and leave the model's matrices as they are. Default: merged. */
  readonly adapter?: string | undefined;
  /** Ends training, and goes on with the best that was found. */
  readonly stopTraining?: AbortSignal | undefined;
}

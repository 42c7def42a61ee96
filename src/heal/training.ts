import type { TrainingName } from './methods.js';
import { matrixKinds, type MatrixKind } from './trainedKinds.js';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** What can be trained on: the divergence from the original, or the loss of the text itself. */
export const trainingLosses = ['divergence', 'cross-entropy'] as const;

export type TrainingLossName = (typeof trainingLosses)[number];

/** How matrices are trained unless told otherwise. */
export const trainingDefaults = {
  /** The matrices that are trained. Those that write into the stream alone take a third of the memory of all. */
  kinds: { lora: matrixKinds, full: ['attn_output', 'ffn_down'] } satisfies Record<
    TrainingName,
    readonly MatrixKind[]
  >,
  /** Of what lora adds to each matrix, and by how much more than 1 / rank it counts. */
  rank: 16,
  alpha: 32,
  /** Tokens that are trained on, those that come again counted again. */
  tokens: 98_304,
  /** Windows whose gradients are added up for a step: few, where steps are few. */
  batch: 1,
  loss: 'divergence' satisfies TrainingLossName as TrainingLossName,
  /** What the distance of residual streams counts beside the loss. */
  stream: 0,
  rate: 1e-3,
  /** The share of the rate that matrices are trained with as they are: their values are smaller than those of adapters. */
  matrixPace: 0.1,
  /** The share of the steps that the rate rises in; and what is left of it at the end, where it has fallen by a cosine. */
  warmUp: 0.05,
  lastRate: 0.1,
  /** What gradients longer than this are shortened to. */
  clip: 1,
  adam: { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, decay: 0 },
  /** Most likely tokens that the original's distributions are known by. */
  topTokens: 128,
  /** How often held-out windows judge, and how often in a row they may see no gain before it ends. */
  judgements: 16,
  /** The share of the steps after which matrices are trained as they are written. */
  rounded: 0.25,
  patience: 4,
  seed: 1,
} as const;

/** What is settled before training begins. */
export interface TrainingPlan {
  /** `[steps]`: the windows of each step, by their places. */
  readonly steps: readonly (readonly number[])[];
  /** After how many steps held-out windows judge. */
  readonly judgeEvery: number;
  /** The step from which on matrices are trained as they are written; one after which held-out windows judge. */
  readonly roundFrom: number;
}

/**
 * Plans the steps of a training: every window once, in an order that is drawn, then all of them again in another one.
 * @param windows how many there are
 * @param trained how many are trained on in all
 * @param batch how many a step is of
 */
export function planTraining(windows: number, trained: number, batch: number, seed: number): TrainingPlan {
  const { judgements, rounded } = trainingDefaults;
  const generator = xoroshiro128plus(seed);
  const order: number[] = [];
  while (order.length < trained) {
    const epoch = Array.from({ length: windows }, (_, i) => i);
    for (let i = windows - 1; i > 0; i--) {
      const j = uniformInt(generator, 0, i);
      [epoch[i], epoch[j]] = [epoch[j] ?? 0, epoch[i] ?? 0];
    }
    for (const window of epoch) order.push(window);
  }
  const count = Math.max(1, Math.round(trained / batch));
  const steps = Array.from({ length: count }, (_, step) => order.slice(step * batch, (step + 1) * batch));
  const judgeEvery = Math.max(1, Math.round(count / judgements));
  const roundFrom = Math.ceil((rounded * count) / judgeEvery) * judgeEvery;
  return { steps, judgeEvery, roundFrom };
}

/**
 * The learning rate of a step: it rises in a line, then falls by a cosine.
 * @param step from 0 on
 */
export function computeRate(step: number, steps: number, peak: number): number {
  const { warmUp, lastRate } = trainingDefaults;
  const rising = Math.max(1, Math.round(warmUp * steps));
  if (step < rising) return (peak * (step + 1)) / rising;
  const done = (step - rising) / Math.max(1, steps - rising);
  return peak * (lastRate + ((1 - lastRate) * (1 + Math.cos(Math.PI * done))) / 2);
}

/** Logits that are held at once, and values of a matrix that are dequantised at once: as native/core has them. */
const mostLogits = 32 * 2 ** 20;
const mostDequantised = 16 * 2 ** 20;

/**
 * About the bytes that training takes beside the model: what is trained, with its gradients and what steps remember, here
 * and in the process that trains; the states of one window before each block; its logits and their gradients; a matrix as
 * floats, turned round; what matrices are held as while they are trained as they are written. Of what is between, the
 * blocks are computed again one at a time.
 */
export function estimateTrainingMemory({
  parameters,
  blocks,
  embedding,
  vocabulary,
  windowTokens,
  streams,
  heldBytes,
}: {
  readonly parameters: number;
  readonly blocks: number;
  readonly embedding: number;
  readonly vocabulary: number;
  readonly windowTokens: number;
  /** 2 where the original's residual stream is kept as well. */
  readonly streams: 1 | 2;
  readonly heldBytes: number;
}): number {
  const states = streams * (blocks + 2) * windowTokens * embedding;
  const logits = 3 * Math.min(Math.max(mostLogits, vocabulary), windowTokens * vocabulary);
  return 4 * (14 * parameters + states + logits + 2 * mostDequantised) + heldBytes;
}

import type { HealingStep } from '../../heal/index.js';
import type { Model, TensorPlace } from '../../native/index.js';
import { measureError, type HealedBlock, type StreamPair } from './streams.js';

/** What is fitted: a matrix of the model, or a map that stands for blocks. */
export interface FittedWeight {
  /** What passes find it by. */
  readonly name: string;
  /** The values to begin with; null: zeros. */
  readonly place: TensorPlace | null;
  /** The type that it is to have. */
  readonly type: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** A fit, and how far from the original the states on held-out windows are without it and with it. */
export interface Fit {
  readonly ridge: number;
  readonly bytes: Uint8Array;
  readonly before: number;
  readonly after: number;
}

/** Windows that are fitted to and others that judge. */
export interface FitPairs {
  readonly fitting: readonly StreamPair[];
  readonly heldOut: readonly StreamPair[];
}

/**
 * Fits a step to the original's states, with each ridge, in the type that it is written in.
 * @returns the fits by ridge, ascending; the first one is in place. A reason where none can be had
 */
export async function fitStep(
  model: Model,
  step: HealingStep,
  weight: FittedWeight,
  { fitting, heldOut }: FitPairs,
  healed: HealedBlock,
  ridges: readonly number[],
  signal?: AbortSignal,
): Promise<readonly Fit[] | string> {
  await model.clearSums();
  for (const { tokens, original, pruned } of fitting) {
    if (step.kind === 'patch') {
      await model.sumPatch(pruned, original, step.block, { signal });
    } else {
      const fit = { weight: weight.name, ofProduct: step.of === 'product', wanted: original };
      const { block, bypassAttention } = healed;
      const refusal = await model.runBlock(
        { tokens, block, stream: pruned, bypassAttention, fit },
        { signal },
      );
      if (refusal !== undefined) return refusal;
    }
  }
  await putWeight(model, step.block, weight, null);
  const before = await measureError(model, heldOut, healed, signal);
  // the larger a ridge, the more can be fitted with it
  const descending = ridges.toSorted((a, b) => b - a);
  const { place, type } = weight;
  const found = await model.refit({ place, type, ridges: Float64Array.from(descending) }, { signal });
  await model.clearSums();
  if (found.fits.length === 0) return found.refusal;
  const fits: Fit[] = [];
  for (const [i, bytes] of found.fits.entries()) {
    await putWeight(model, step.block, weight, bytes);
    const after = await measureError(model, heldOut, healed, signal);
    fits.push({ ridge: descending[i] ?? NaN, bytes, before, after });
  }
  return fits.reverse();
}

/** Puts values in place of a weight, or takes them away again. */
export async function putWeight(
  model: Model,
  block: number,
  { name, type, inputs, outputs }: FittedWeight,
  bytes: Uint8Array | null,
): Promise<void> {
  await model.overrideWeight({ name, block, type, inputs, outputs, bytes });
}

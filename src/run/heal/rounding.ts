import { findGgmlType } from '../../gguf/index.js';
import { countFastBytes, exceedsMemory, type MergeRequest, type Model } from '../../native/index.js';
import { formatBytes } from '../../report/index.js';
import type { RunOptions } from '../options.js';
import type { Trained } from './trainedTensors.js';

/** Matrices that are trained as they will be written. */
export interface Rounding {
  readonly matrices: readonly MergeRequest[];
  /** About the bytes that they are held in. */
  readonly heldBytes: number;
}

/** Of types that have so many bits a value, or more, next to nothing is lost. */
const wideBits = 8;

/**
 * Which matrices are to be trained as they will be written, from some step on: those of narrow types.
 * @returns undefined where there are none; or, which is noted, memory has no room for them
 */
export function planRounding(
  { method, matrices, maps }: Trained,
  { onEvent }: RunOptions,
): Rounding | undefined {
  const isNarrow = ({ type }: { readonly type: number }) => {
    const { typeSize = Infinity, blockSize = 1 } = findGgmlType(type) ?? {};
    return (8 * typeSize) / blockSize < wideBits;
  };
  const narrow = [...matrices.map(({ weight }) => weight), ...maps].filter(isNarrow);
  if (narrow.length === 0) return undefined;
  // in the fast type where they have an adapter; else what they differ by is held in floats
  const sizes = narrow.map(({ inputs, outputs }) =>
    method === 'lora' ? countFastBytes([inputs, outputs]) : 4 * inputs * outputs,
  );
  const heldBytes = sizes.reduce((sum, size) => sum + size, 0);
  if (exceedsMemory(heldBytes)) {
    const text =
      `Matrices are trained as floats to the end, and rounded then: memory has no room for the ${formatBytes(heldBytes)} ` +
      `that they would be held in as they will be written.`;
    onEvent?.({ kind: 'note', text });
    return undefined;
  }
  return {
    matrices: narrow.map(({ name, inputs, place, type }) => ({ name, inputs, place, type })),
    heldBytes,
  };
}

/**
 * Lets a session go on being trained with matrices as they would be written now, so that what is trained makes up for how
 * they are rounded.
 * @throws PruneError NATIVE_FAILED, CANCELLED
 */
export async function holdRounding(
  session: Model,
  { matrices }: Rounding,
  options: RunOptions,
): Promise<void> {
  for (const matrix of matrices) await session.holdRounding(matrix, options);
}

import { findLargestDifference } from '../../evaluate/index.js';

/** Passes that begin above the first block must lose the same as whole ones, in nats; devices round a little. */
const sameLoss = 1e-3;

/** Said where passes cannot begin above the first block. */
export const noReuse =
  'Blocks of this model read more of those below than their output: each set is run from the first block on.';

/**
 * Whether passes that begin in the middle, and at the last block, lose what the whole one did.
 * @param whole losses of the whole pass
 * @param runFrom the losses of a pass that begins at a block
 */
export async function canBeginAbove(
  whole: Float32Array,
  blocks: number,
  runFrom: (firstBlock: number) => Promise<Float32Array>,
): Promise<boolean> {
  for (const firstBlock of [Math.floor(blocks / 2), blocks - 1]) {
    if (findLargestDifference([whole], [await runFrom(firstBlock)]) > sameLoss) return false;
  }
  return true;
}

import { countLanes } from '../../model/index.js';
import type { Model } from '../../native/index.js';

/** Bytes of main memory for the inputs of blocks that are kept. */
const keptBytes = 2 ** 30;

/** Said where not even those of one window are kept. */
export const noRoom =
  'What enters the blocks of this model is too much to be kept: each set is run from the first block on.';

/**
 * How many windows may have the inputs of all their blocks kept at once: as many as there are, where memory allows, and none
 * where it does not allow one.
 */
export function countSlots(
  { facts, header, description }: Pick<Model, 'facts' | 'header' | 'description'>,
  windows: readonly Int32Array[],
): number {
  const longest = windows.reduce((most, { length }) => Math.max(most, length), 1);
  const stateBytes = 4 * facts.embedding * countLanes(header, description) * longest;
  return Math.min(windows.length, Math.floor(keptBytes / (description.trunk * stateBytes)));
}

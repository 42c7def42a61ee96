import { formatBlockList } from './amount.js';

/** What is dropped: whole blocks, and blocks that lose their attention alone. */
export interface Dropped {
  readonly dropped: readonly number[];
  readonly droppedAttention: readonly number[];
}

/** What is dropped, block by block: `21-23`, `attention of 5,6`, `21-23 and attention of 5,6`, or `none`. */
export function formatDrop({ dropped, droppedAttention }: Dropped): string {
  if (droppedAttention.length === 0) return formatBlockList(dropped);
  const attention = `attention of ${formatBlockList(droppedAttention)}`;
  return dropped.length === 0 ? attention : `${formatBlockList(dropped)} and ${attention}`;
}

/** How much is dropped: `one block`, `3 blocks and the attention of one block`. */
export function countDrop({ dropped, droppedAttention }: Dropped): string {
  const count = ({ length }: readonly number[]) => (length === 1 ? 'one block' : `${length} blocks`);
  if (droppedAttention.length === 0) return count(dropped);
  const attention = `the attention of ${count(droppedAttention)}`;
  return dropped.length === 0 ? attention : `${count(dropped)} and ${attention}`;
}

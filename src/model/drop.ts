/** What a model is to be without. Blocks are counted as in its file, ascending. */
export interface Drop {
  readonly dropped: readonly number[];
  /** Blocks that lose their attention alone; none of those that are dropped. */
  readonly droppedAttention: readonly number[];
}

export const noDrop: Drop = { dropped: [], droppedAttention: [] };

/** Whether a drop leaves everything as it is. */
export function isEmptyDrop({ dropped, droppedAttention }: Drop): boolean {
  return dropped.length === 0 && droppedAttention.length === 0;
}

/** The blocks of so many that stay, ascending, with their attention or without. */
export function listKeptBlocks({ dropped }: Pick<Drop, 'dropped'>, blocks: number): readonly number[] {
  const isDropped = new Set(dropped);
  return Array.from({ length: blocks }, (_, block) => block).filter((block) => !isDropped.has(block));
}

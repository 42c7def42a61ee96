import type { GgufHeader } from '../gguf/index.js';
import { isAttentionTensor, parseBlockName } from '../model/index.js';
import { takeTensor, type TakenTensor } from './content.js';

/** A name that tells the block that a tensor belongs to. */
export interface BlockName {
  readonly block: number;
  /** Whether it goes with the block's attention. */
  readonly ofAttention: boolean;
  /** The name for another block. */
  readonly rename: (block: number) => string;
}

/** How a kind of file names the tensors that belong to blocks; undefined for those of none. */
export type BlockNaming = (name: string) => BlockName | undefined;

/** What stays of a model. Blocks are counted as in the source, ascending. */
export interface Remains {
  readonly kept: readonly number[];
  /** Blocks of the target, if there are others beside those that are kept. Default: those. */
  readonly standing?: readonly number[];
  /** Those of the kept blocks that lose their attention. */
  readonly droppedAttention: readonly number[];
}

/** `blk.<block>.…`, as models, LoRA adapters and importance matrices have it. */
export const blockTensors: BlockNaming = (name) => {
  const parsed = parseBlockName(name);
  return (
    parsed && {
      block: parsed.block,
      ofAttention: isAttentionTensor(parsed.rest),
      rename: (block) => `blk.${block}.${parsed.rest}`,
    }
  );
};

/** The tensors without those of what is dropped, numbered anew; those outside of blocks stay as they are. */
export function keepTensors(
  source: GgufHeader,
  { kept, standing = kept, droppedAttention }: Remains,
  naming: BlockNaming,
): readonly TakenTensor[] {
  const newIndex = new Map(kept.map((block) => [block, standing.indexOf(block)]));
  return source.tensors.flatMap((tensor) => {
    const named = naming(tensor.name);
    if (named === undefined) return [takeTensor(source, tensor, tensor.name)];
    const isGone = named.ofAttention && droppedAttention.includes(named.block);
    const index = isGone ? undefined : newIndex.get(named.block);
    // a lower number is never longer, so a name that fitted still fits
    return index === undefined ? [] : [takeTensor(source, tensor, named.rename(index))];
  });
}

import type { GgufHeader } from '../gguf/index.js';
import { parseBlockName } from '../model/index.js';
import { takeTensor, type PlannedTensor } from './content.js';

/** How a kind of file names the tensors that belong to blocks: the block, and the name for another one. */
export type BlockNaming = (
  name: string,
) => { readonly block: number; readonly rename: (block: number) => string } | undefined;

/** `blk.<block>.…`, as models, LoRA adapters and importance matrices have it. */
export const blockTensors: BlockNaming = (name) => {
  const parsed = parseBlockName(name);
  return parsed && { block: parsed.block, rename: (block) => `blk.${block}.${parsed.rest}` };
};

/** The tensors without those of dropped blocks, numbered anew; those outside of blocks stay as they are. */
export function keepTensors(
  source: GgufHeader,
  kept: readonly number[],
  naming: BlockNaming,
): readonly PlannedTensor[] {
  const newIndex = new Map(kept.map((block, index) => [block, index]));
  return source.tensors.flatMap((tensor) => {
    const named = naming(tensor.name);
    if (named === undefined) return [takeTensor(source, tensor, tensor.name)];
    const index = newIndex.get(named.block);
    // a lower number is never longer, so a name that fitted still fits
    return index === undefined ? [] : [takeTensor(source, tensor, named.rename(index))];
  });
}

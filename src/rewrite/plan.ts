import { isSplitKey, type Entry, type GgufHeader } from '../gguf/index.js';
import {
  checkAttention,
  checkPatches,
  findScales,
  findSlices,
  isEmptyDrop,
  listKeptBlocks,
  parseBlockName,
  repairMetadata,
  rewriteAttention,
  type Drop,
  type ModelDescription,
} from '../model/index.js';
import type { TakenTensor } from './content.js';
import { blockTensors, keepTensors } from './keepTensors.js';
import { planFiles, type RewritePlan } from './planFiles.js';
import { listStanding, noRepairs, placeRepairs, type Repairs } from './repairs.js';
import { scaleTensor } from './scaleTensor.js';
import { sliceTensor } from './sliceTensor.js';

/** Everything there is to know before a pruned model is written. */
export interface DropPlan extends RewritePlan, Drop {
  readonly kept: readonly number[];
  /** The blocks of the file, counted as in the source: those that are kept and those that a linear map stands for. */
  readonly standing: readonly number[];
  /** What the file is written as: without some attention another one than the source. */
  readonly architecture: string;
}

/**
 * Plans the model without what is dropped: no I/O.
 *
 * @param provenance entries to add when something is dropped; dropping nothing changes no byte of a version 3 file
 * @param limit the most bytes of a file; a larger model is split. Default: one file of any size
 * @param repairs what is in the file beside what stays of the source. Default: nothing
 * @throws PruneError DROP_REFUSED when the metadata cannot express the drop; USAGE when the limit is too low
 */
export function planDrop(
  source: GgufHeader,
  description: ModelDescription,
  drop: Drop,
  provenance: readonly Entry[],
  limit?: number,
  repairs: Repairs = noRepairs,
): DropPlan {
  const { dropped, droppedAttention } = drop;
  const { length } = description.blocks;
  const kept = listKeptBlocks(drop, length);
  const standing = listStanding(kept, repairs);
  const patched = repairs.patches.map(({ block }) => block);
  checkAttention(source, description, drop);
  checkPatches(source, description, kept, patched);
  const { header, architecture } = rewriteAttention(source, description, droppedAttention, patched);
  const repaired = repairMetadata(header, architecture, length, standing);
  const taken = keepTensors(source, { kept, standing, droppedAttention }, blockTensors);
  const tensors = repairTensors(source, description, standing, taken);
  const content = {
    entries: isEmptyDrop(drop) ? repaired : mergeEntries(repaired, provenance),
    tensors: placeRepairs(
      tensors,
      repairs,
      description.embeddingLength ?? NaN,
      (block, rest) => `blk.${standing.indexOf(block)}.${rest}`,
    ),
  };
  return {
    ...planFiles(source, content, limit),
    dropped,
    droppedAttention,
    kept,
    standing,
    architecture,
  };
}

/** The tensors that hold something of each block, or take something over that the number of blocks told. */
function repairTensors(
  source: GgufHeader,
  { architecture, blocks }: ModelDescription,
  kept: readonly number[],
  tensors: readonly TakenTensor[],
): readonly TakenTensor[] {
  if (kept.length === blocks.length) return tensors;
  const slices = findSlices(architecture);
  const scales = findScales(source, architecture, blocks.length);
  return tensors.map((tensor) => {
    const slice = slices.find(({ tensor: name }) => name === tensor.name);
    if (slice !== undefined) return sliceTensor(tensor, slice.dimension, blocks.length, kept);
    const factor = scales.get(parseBlockName(tensor.name)?.rest ?? '');
    return factor === undefined ? tensor : scaleTensor(tensor, factor);
  });
}

/** What an earlier pruning, splitting or merging left of itself is not true of a file without some blocks. */
export function mergeEntries(entries: readonly Entry[], added: readonly Entry[]): readonly Entry[] {
  const isPast = (entry: Entry) => entry.key.startsWith('prune_gguf.') || isSplitKey(entry);
  return [...entries.filter((entry) => !isPast(entry)), ...added];
}

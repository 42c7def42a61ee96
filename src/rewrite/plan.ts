import { isSplitKey, type Entry, type GgufHeader } from '../gguf/index.js';
import {
  checkAttention,
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
import type { PlannedTensor } from './content.js';
import { blockTensors, keepTensors } from './keepTensors.js';
import { planFiles, type RewritePlan } from './planFiles.js';
import { scaleTensor } from './scaleTensor.js';
import { sliceTensor } from './sliceTensor.js';

/** Everything there is to know before a pruned model is written. */
export interface DropPlan extends RewritePlan, Drop {
  readonly kept: readonly number[];
  /** What the file is written as: without some attention another one than the source. */
  readonly architecture: string;
}

/**
 * Plans the model without what is dropped: no I/O.
 *
 * @param provenance entries to add when something is dropped; dropping nothing changes no byte of a version 3 file
 * @param limit the most bytes of a file; a larger model is split. Default: one file of any size
 * @throws PruneError DROP_REFUSED when the metadata cannot express the drop; USAGE when the limit is too low
 */
export function planDrop(
  source: GgufHeader,
  description: ModelDescription,
  drop: Drop,
  provenance: readonly Entry[],
  limit?: number,
): DropPlan {
  const { dropped, droppedAttention } = drop;
  const { length } = description.blocks;
  const kept = listKeptBlocks(drop, length);
  checkAttention(source, description, drop);
  const { header, architecture } = rewriteAttention(source, description, droppedAttention);
  const repaired = repairMetadata(header, architecture, length, kept);
  const tensors = keepTensors(source, { kept, droppedAttention }, blockTensors);
  const content = {
    entries: isEmptyDrop(drop) ? repaired : mergeEntries(repaired, provenance),
    tensors: repairTensors(source, description, kept, tensors),
  };
  return { ...planFiles(source, content, limit), dropped, droppedAttention, kept, architecture };
}

/** The tensors that hold something of each block, or take something over that the number of blocks told. */
function repairTensors(
  source: GgufHeader,
  { architecture, blocks }: ModelDescription,
  kept: readonly number[],
  tensors: readonly PlannedTensor[],
): readonly PlannedTensor[] {
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

import { isSplitKey, type Entry, type GgufHeader } from '../gguf/index.js';
import { findSlices, repairMetadata, type ModelDescription } from '../model/index.js';
import type { PlannedTensor } from './content.js';
import { blockTensors, keepTensors } from './keepTensors.js';
import { planFiles, type RewritePlan } from './planFiles.js';
import { sliceTensor } from './sliceTensor.js';

/** Everything there is to know before a pruned model is written. */
export interface DropPlan extends RewritePlan {
  readonly dropped: readonly number[];
  readonly kept: readonly number[];
}

/**
 * Plans the model without the `dropped` blocks (ascending): no I/O.
 *
 * @param provenance entries to add when something is dropped; dropping nothing changes no byte of a version 3 file
 * @param limit the most bytes of a file; a larger model is split. Default: one file of any size
 * @throws PruneError DROP_REFUSED when the metadata cannot express the drop; USAGE when the limit is too low
 */
export function planDrop(
  source: GgufHeader,
  description: ModelDescription,
  dropped: readonly number[],
  provenance: readonly Entry[],
  limit?: number,
): DropPlan {
  const isDropped = new Set(dropped);
  const kept = description.blocks.map(({ index }) => index).filter((index) => !isDropped.has(index));
  const repaired = repairMetadata(source, description.architecture, description.blocks.length, kept);
  const slices = findSlices(description.architecture);
  const slice = (tensor: PlannedTensor) => {
    const found = slices.find(({ tensor: name }) => name === tensor.name);
    return found === undefined || dropped.length === 0
      ? tensor
      : sliceTensor(tensor, found.dimension, description.blocks.length, kept);
  };
  const content = {
    entries: dropped.length === 0 ? repaired : mergeEntries(repaired, provenance),
    tensors: keepTensors(source, kept, blockTensors).map((tensor) => slice(tensor)),
  };
  return { ...planFiles(source, content, limit), dropped, kept };
}

/** What an earlier pruning, splitting or merging left of itself is not true of a file without some blocks. */
export function mergeEntries(entries: readonly Entry[], added: readonly Entry[]): readonly Entry[] {
  const isPast = (entry: Entry) => entry.key.startsWith('prune_gguf.') || isSplitKey(entry);
  return [...entries.filter((entry) => !isPast(entry)), ...added];
}

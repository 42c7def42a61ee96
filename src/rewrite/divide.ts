import { PruneError } from '../errors.js';
import {
  ALIGNMENT_KEY,
  formatCount,
  isSplitKey,
  makeSplitEntries,
  MAX_PARTS,
  measureEntries,
  measureRow,
  padTo,
  type Entry,
} from '../gguf/index.js';
import type { Content, PlannedTensor } from './content.js';

/**
 * Divides content into the parts of a split model, none of which is larger than `limit` bytes unless a single tensor
 * is, or the metadata, which stands in the first part as a whole. Order stays.
 * @throws PruneError USAGE when there would be more parts than there can be
 */
export function divideContent(
  content: Content,
  alignment: number,
  limit: number,
): readonly [Content, ...Content[]] {
  const total = content.tensors.length;
  const metadata = content.entries.filter((entry) => !isSplitKey(entry));
  const repeated = metadata.filter(({ key }) => key === ALIGNMENT_KEY); // each file is read with its own
  // numbers are of a fixed size, so that parts can be measured before it is known how many there are
  const [firstBytes, otherBytes] = [metadata, repeated].map((entries) =>
    measureEntries([...entries, ...makeSplitEntries(0, 0, total)]),
  );
  const groups = groupTensors(content.tensors, alignment, limit, firstBytes ?? NaN, otherBytes ?? NaN);
  if (groups.length > MAX_PARTS) {
    throw new PruneError(
      'USAGE',
      `Files of at most ${formatCount(limit)} bytes would be ${formatCount(groups.length)}; a model has at most ` +
        `${formatCount(MAX_PARTS)} parts. Allow larger ones.`,
    );
  }
  const makePart = (
    entries: readonly Entry[],
    tensors: readonly PlannedTensor[],
    index: number,
  ): Content => ({
    entries: [...entries, ...makeSplitEntries(index, groups.length, total)],
    tensors,
  });
  const [first, ...others] = groups;
  return [
    makePart(metadata, first, 0),
    ...others.map((tensors, index) => makePart(repeated, tensors, index + 1)),
  ];
}

type Group = readonly PlannedTensor[];

function groupTensors(
  tensors: Group,
  alignment: number,
  limit: number,
  firstBytes: number,
  otherBytes: number,
): readonly [Group, ...Group[]] {
  const groups: [PlannedTensor[], ...PlannedTensor[][]] = [[]];
  let group = groups[0];
  let header = firstBytes;
  let data = 0;
  for (const tensor of tensors) {
    const row = measureRow(tensor);
    const bytes = padTo(tensor.bytes, alignment);
    const isTooLarge = padTo(header + row, alignment) + data + bytes > limit;
    // the first part may stay without tensors, as its metadata alone may be large
    if (isTooLarge && (group.length > 0 || groups.length === 1)) {
      group = [];
      groups.push(group);
      header = otherBytes;
      data = 0;
    }
    group.push(tensor);
    header += row;
    data += bytes;
  }
  return groups;
}

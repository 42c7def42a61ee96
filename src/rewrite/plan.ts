import { encodeHeader, isLastPadded, padTo, type Entry, type GgufHeader } from '../gguf/index.js';
import { parseBlockName, repairMetadata, type ModelDescription } from '../model/index.js';

/** A run of bytes that goes from the source to the target unchanged. Positions are absolute, in bytes. */
export interface CopyRange {
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
}

/** Everything there is to know before a pruned file is written. */
export interface DropPlan {
  readonly source: GgufHeader;
  readonly dropped: readonly number[];
  readonly kept: readonly number[];
  /** The target's first bytes, padding included. */
  readonly header: Uint8Array;
  readonly ranges: readonly CopyRange[];
  readonly fileBytes: number;
}

/**
 * Plans the file without the `dropped` blocks (ascending): no I/O.
 *
 * @param provenance entries to add when something is dropped; dropping nothing changes no byte of a version 3 file
 * @throws PruneError DROP_REFUSED when the metadata cannot express the drop
 */
export function planDrop(
  source: GgufHeader,
  description: ModelDescription,
  dropped: readonly number[],
  provenance: readonly Entry[],
): DropPlan {
  const isDropped = new Set(dropped);
  const kept = description.blocks.map(({ index }) => index).filter((index) => !isDropped.has(index));
  const newIndex = new Map(kept.map((block, index) => [block, index]));

  const tensors = source.tensors.flatMap((tensor) => {
    const name = renameTensor(tensor.name, newIndex);
    return name === undefined ? [] : [{ from: tensor, spec: { ...tensor, name } }];
  });
  const repaired = repairMetadata(source, description.architecture, description.blocks.length, kept);
  const padLast = isLastPadded(source);
  const encoded = encodeHeader({
    entries: dropped.length === 0 ? repaired : mergeEntries(repaired, provenance),
    tensors: tensors.map(({ spec }) => spec),
    alignment: source.alignment,
    padLast,
  });

  const payloads = tensors.map(({ from }, i) => ({
    from: source.dataOffset + from.offset,
    to: encoded.dataOffset + (encoded.tensors[i]?.offset ?? 0),
    bytes: from.bytes,
  }));
  const sourceEnd = Math.max(0, ...source.tensors.map(({ offset, bytes }) => offset + bytes));
  const trailingFrom = source.dataOffset + (padLast ? padTo(sourceEnd, source.alignment) : sourceEnd);
  const trailing = { from: trailingFrom, to: encoded.fileBytes, bytes: source.fileBytes - trailingFrom };
  return {
    source,
    dropped,
    kept,
    header: encoded.bytes,
    ranges: joinRanges([...payloads, ...(trailing.bytes > 0 ? [trailing] : [])]),
    fileBytes: encoded.fileBytes + Math.max(0, trailing.bytes),
  };
}

function renameTensor(name: string, newIndex: ReadonlyMap<number, number>): string | undefined {
  const parsed = parseBlockName(name);
  if (parsed === undefined) return name;
  const index = newIndex.get(parsed.block);
  // a lower number is never longer, so a name that fitted still fits
  return index === undefined ? undefined : `blk.${index}.${parsed.rest}`;
}

function mergeEntries(entries: readonly Entry[], added: readonly Entry[]): readonly Entry[] {
  // what an earlier pruning said of itself is not true of this file
  return [...entries.filter(({ key }) => !key.startsWith('prune_gguf.')), ...added];
}

/** Joins ranges that lie at the same distance and no more than padding apart, so that they are copied in one go. */
function joinRanges(ranges: readonly CopyRange[]): readonly CopyRange[] {
  const joined: CopyRange[] = [];
  for (const range of ranges) {
    const last = joined.at(-1);
    if (last !== undefined && range.from - last.from === range.to - last.to) {
      joined[joined.length - 1] = { ...last, bytes: range.from + range.bytes - last.from };
    } else {
      joined.push(range);
    }
  }
  return joined;
}

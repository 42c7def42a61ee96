import { padTo } from './tensorSize.js';
import type { GgufPart, PlacedTensor } from './types.js';

/** A tensor that has no place in a file yet. */
export type TensorSpec = Omit<PlacedTensor, 'offset'>;

/** Places for tensors, one after the other, each starting at a multiple of the alignment. */
export interface TensorLayout {
  readonly tensors: readonly PlacedTensor[];
  /** Where the last payload ends, in bytes after the start of the data. */
  readonly end: number;
}

/** Gives each tensor its offset, in the order given. */
export function layOutTensors(specs: readonly TensorSpec[], alignment: number): TensorLayout {
  const tensors: PlacedTensor[] = [];
  let end = 0;
  for (const { name, dimensions, type, bytes } of specs) {
    const offset = padTo(end, alignment);
    tensors.push({ name, dimensions, type, offset, bytes });
    end = offset + bytes;
  }
  return { tensors, end };
}

/**
 * Tells whether the file goes on after the last tensor at least to a multiple of the alignment, as
 * llama.cpp writes it. True when there is nothing to pad. Padding is taken to be zeros, as the
 * specification demands; its bytes are not looked at.
 */
export function isLastPadded(part: GgufPart): boolean {
  return part.fileBytes >= part.dataOffset + padTo(findDataEnd(part), part.alignment);
}

/**
 * The number of bytes after the last tensor and its padding, or after the last tensor itself where
 * `isLastPadded` is false. No tensor uses them; a copy that is to equal its source must end in them.
 */
export function trailingBytes(part: GgufPart): number {
  const end = findDataEnd(part);
  const padded = isLastPadded(part) ? padTo(end, part.alignment) : end;
  return part.fileBytes - part.dataOffset - padded;
}

function findDataEnd({ tensors }: GgufPart): number {
  const last = tensors.at(-1);
  return last === undefined ? 0 : last.offset + last.bytes;
}

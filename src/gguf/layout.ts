import { padTo } from './tensorSize.js';
import type { GgufHeader, TensorInfo } from './types.js';

/** A tensor that has no place in a file yet. */
export type TensorSpec = Omit<TensorInfo, 'offset'>;

/** Places for tensors, one after the other, each starting at a multiple of the alignment. */
export interface TensorLayout {
  readonly tensors: readonly TensorInfo[];
  /** Where the last payload ends, in bytes after the start of the data. */
  readonly end: number;
}

/** Gives each tensor its offset, in the order given. */
export function layOutTensors(specs: readonly TensorSpec[], alignment: number): TensorLayout {
  const tensors: TensorInfo[] = [];
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
export function isLastPadded(header: GgufHeader): boolean {
  return header.fileBytes >= header.dataOffset + padTo(findDataEnd(header), header.alignment);
}

/**
 * The number of bytes after the last tensor and its padding, or after the last tensor itself where
 * `isLastPadded` is false. No tensor uses them; a copy that is to equal its source must end in them.
 */
export function trailingBytes(header: GgufHeader): number {
  const end = findDataEnd(header);
  const padded = isLastPadded(header) ? padTo(end, header.alignment) : end;
  return header.fileBytes - header.dataOffset - padded;
}

function findDataEnd({ tensors }: GgufHeader): number {
  const last = tensors.at(-1);
  return last === undefined ? 0 : last.offset + last.bytes;
}

import type { Entry, GgufHeader, TensorInfo, TensorSpec } from '../gguf/index.js';

/** What is taken of each row of a source, and how many bytes lie between the starts of two rows. */
export interface Comb {
  readonly stride: number;
  /** In order, without overlap, from the start of the row. */
  readonly teeth: readonly { readonly from: number; readonly bytes: number }[];
}

/** Bytes of a source file: one run, or the same parts of many rows. The position is absolute, in bytes. */
export interface Piece {
  /** Index into the parts of the source. */
  readonly part: number;
  readonly from: number;
  /** All that is taken: those of a comb's rows together. */
  readonly bytes: number;
  readonly comb?: Comb;
  /** F32 values to be multiplied by this; the bytes as they are when missing. */
  readonly scale?: number;
}

/** A tensor of a target, and the bytes that it is put together from. */
export interface PlannedTensor extends TensorSpec {
  readonly pieces: readonly Piece[];
}

/** What a target says and holds, however many files it lies in. */
export interface Content {
  readonly entries: readonly Entry[];
  readonly tensors: readonly PlannedTensor[];
}

/** A tensor as it is, under another name. */
export function takeTensor({ parts }: GgufHeader, tensor: TensorInfo, name: string): PlannedTensor {
  const from = (parts[tensor.part]?.dataOffset ?? NaN) + tensor.offset;
  return { ...tensor, name, pieces: [{ part: tensor.part, from, bytes: tensor.bytes }] };
}

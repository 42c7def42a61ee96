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
  readonly given?: undefined;
}

/** Bytes that are in no source file. */
export interface GivenPiece {
  readonly given: Uint8Array;
  /** Their number. */
  readonly bytes: number;
  readonly part?: undefined;
}

/** A tensor of a target that is put together from bytes of a source. */
export interface TakenTensor extends TensorSpec {
  readonly pieces: readonly Piece[];
}

/** A tensor of a target, and the bytes that it is put together from. */
export interface PlannedTensor extends TensorSpec {
  readonly pieces: readonly (Piece | GivenPiece)[];
}

/** What a target says and holds, however many files it lies in. */
export interface Content {
  readonly entries: readonly Entry[];
  readonly tensors: readonly PlannedTensor[];
}

/** A tensor of bytes that no source has. */
export function giveTensor(spec: TensorSpec, given: Uint8Array): PlannedTensor {
  return { ...spec, pieces: [{ given, bytes: given.length }] };
}

/** A tensor as it is, under another name. */
export function takeTensor({ parts }: GgufHeader, tensor: TensorInfo, name: string): TakenTensor {
  const from = (parts[tensor.part]?.dataOffset ?? NaN) + tensor.offset;
  return { ...tensor, name, pieces: [{ part: tensor.part, from, bytes: tensor.bytes }] };
}

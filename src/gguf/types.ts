/** The ids of the metadata value types, as stored in the file. */
export const ValueType = {
  uint8: 0,
  int8: 1,
  uint16: 2,
  int16: 3,
  uint32: 4,
  int32: 5,
  float32: 6,
  bool: 7,
  string: 8,
  array: 9,
  uint64: 10,
  int64: 11,
  float64: 12,
} as const;

/** The id of one metadata value type. */
export type ValueType = (typeof ValueType)[keyof typeof ValueType];

/** The id of a value type that is not an array. */
export type ScalarType = Exclude<ValueType, typeof ValueType.array>;

const NAMES = new Map<number, string>(Object.entries(ValueType).map(([name, id]) => [id, name]));

/** Tells whether a number read from a file is the id of a value type. */
export function isValueType(id: number): id is ValueType {
  return NAMES.has(id);
}

/** The name of a value type as in {@link ValueType}, for messages and reports. */
export function valueTypeName(type: ValueType): string {
  return NAMES.get(type) ?? `type ${String(type)}`;
}

/**
 * One key of the metadata. `bytes` is the encoded value exactly as it stands in the file, without the
 * value type in front of it: a string with its u64 length, an array with its u32 element type and u64
 * count. GGUF versions 2 and 3 encode values alike.
 */
export interface Entry {
  readonly key: string;
  readonly type: ValueType;
  readonly bytes: Uint8Array;
}

/** One row of a tensor table. */
export interface PlacedTensor {
  readonly name: string;
  /** Number of elements per dimension, the contiguous one first; none of them is 0. Empty for a scalar. */
  readonly dimensions: readonly number[];
  /** The ggml type id, see `ggmlTypes.ts`. */
  readonly type: number;
  /** Where the payload starts, in bytes after the `dataOffset` of its file. */
  readonly offset: number;
  /** Size of the payload in bytes, without padding. */
  readonly bytes: number;
}

/** A tensor of a model, and which of the model's files it lies in. */
export interface TensorInfo extends PlacedTensor {
  /** Index into `GgufHeader.parts`. */
  readonly part: number;
}

/** Everything that one file holds in front of its tensor data, in file order. */
export interface GgufPart {
  readonly path: string;
  /** The version of the file: 2 or 3. */
  readonly version: number;
  readonly entries: readonly Entry[];
  readonly tensors: readonly PlacedTensor[];
  /** Every payload starts at a multiple of this many bytes. A power of two. */
  readonly alignment: number;
  /** Where the tensor data starts, in bytes from the start of the file. */
  readonly dataOffset: number;
  /** Size of the whole file in bytes. */
  readonly fileBytes: number;
  /** When the file was last modified, in milliseconds since 1970. */
  readonly modified: number;
}

/**
 * A model as its files describe it: one file, or the parts of a split one put together. Metadata, version and
 * alignment are those of the first part; tensors are those of all parts, in order.
 */
export interface GgufHeader extends Pick<GgufPart, 'path' | 'version' | 'entries' | 'alignment'> {
  readonly tensors: readonly TensorInfo[];
  /** At least one. */
  readonly parts: readonly [GgufPart, ...GgufPart[]];
  /** Size of all parts in bytes. */
  readonly fileBytes: number;
}

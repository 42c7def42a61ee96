import { PruneError } from '../errors.js';
import { findAlignment } from './alignment.js';
import { ByteWriter } from './byteWriter.js';
import { findGgmlType } from './ggmlTypes.js';
import { layOutTensors, type TensorSpec } from './layout.js';
import { computeTensorBytes, padTo } from './tensorSize.js';
import type { Entry, PlacedTensor } from './types.js';
import { formatCount, quoteName } from './wording.js';

/** What a header is made from. */
export interface HeaderSpec {
  /** The metadata in file order, with `general.alignment` unless `alignment` is 32. */
  readonly entries: readonly Entry[];
  /** The tensors in file order; offsets are computed anew. A `TensorInfo` of a source will do. */
  readonly tensors: readonly TensorSpec[];
  readonly alignment: number;
  /** Whether the file is padded after the last tensor, as llama.cpp does. Default: true. */
  readonly padLast?: boolean;
}

/** An encoded header and the layout of the file that starts with it. */
export interface EncodedHeader {
  /** All bytes in front of the tensor data, padding included. */
  readonly bytes: Uint8Array;
  readonly tensors: readonly PlacedTensor[];
  /** Equals the length of `bytes`. */
  readonly dataOffset: number;
  /** Size in bytes of the whole file with its tensors, without any trailing bytes. */
  readonly fileBytes: number;
}

const VERSION = 3;
const PREAMBLE_BYTES = 4 + 4 + 8 + 8;

/**
 * Encodes a GGUF 3 header. What `readPart` returned for a version 3 file becomes the bytes of that
 * file up to `dataOffset`, provided that its padding consists of zeros, as the specification demands. A
 * header without tensors is not padded. Throws GGUF_UNSUPPORTED when `alignment` contradicts the
 * metadata, or `bytes` of a tensor its type and dimensions.
 */
export function encodeHeader(spec: HeaderSpec): EncodedHeader {
  const { entries, alignment, padLast = true } = spec;
  checkAlignmentAgrees(spec);
  spec.tensors.forEach(checkTensorSize);
  const { tensors, end } = layOutTensors(spec.tensors, alignment);
  const used = measureEntries(entries) + sum(tensors, measureRow);
  const dataOffset = tensors.length === 0 ? used : padTo(used, alignment);
  const writer = new ByteWriter(dataOffset);
  writer.writeBytes(Buffer.from('GGUF', 'latin1'));
  writer.writeUint32(VERSION);
  writer.writeUint64(tensors.length);
  writer.writeUint64(entries.length);
  entries.forEach((entry) => {
    writeEntry(writer, entry);
  });
  tensors.forEach((tensor) => {
    writeTensor(writer, tensor);
  });
  const fileBytes = dataOffset + (padLast ? padTo(end, alignment) : end);
  return { bytes: writer.finish(), tensors, dataOffset, fileBytes };
}

function writeEntry(writer: ByteWriter, { key, type, bytes }: Entry): void {
  writer.writeText(key);
  writer.writeUint32(type);
  writer.writeBytes(bytes);
}

function writeTensor(writer: ByteWriter, { name, dimensions, type, offset }: PlacedTensor): void {
  writer.writeText(name);
  writer.writeUint32(dimensions.length);
  dimensions.forEach((dimension) => {
    writer.writeUint64(dimension);
  });
  writer.writeUint32(type);
  writer.writeUint64(offset);
}

/** Bytes that a header takes up to its tensor table. */
export function measureEntries(entries: readonly Entry[]): number {
  return PREAMBLE_BYTES + sum(entries, ({ key, bytes }) => 8 + Buffer.byteLength(key) + 4 + bytes.length);
}

/** Bytes that a tensor takes in the tensor table. */
export function measureRow({ name, dimensions }: TensorSpec): number {
  return 8 + Buffer.byteLength(name) + 4 + 8 * dimensions.length + 4 + 8;
}

function sum<T>(items: readonly T[], measure: (item: T) => number): number {
  return items.reduce((total, item) => total + measure(item), 0);
}

function checkAlignmentAgrees({ entries, alignment }: HeaderSpec): void {
  const stated = findAlignment(entries);
  if (stated === alignment) return;
  throw new PruneError(
    'GGUF_UNSUPPORTED',
    `A header cannot be written with an alignment of ${formatCount(alignment)}: its metadata asks for ` +
      `${formatCount(stated)} bytes.`,
  );
}

function checkTensorSize({ name, type, dimensions, bytes }: TensorSpec): void {
  const ggmlType = findGgmlType(type);
  const isKnown = ggmlType !== undefined && ggmlType.blockSize > 0;
  const needed = isKnown ? computeTensorBytes(ggmlType, dimensions) : undefined;
  if (needed === bytes) return;
  const valid =
    needed === undefined ? 'a tensor type and size that ggml knows' : `${formatCount(needed)} bytes`;
  throw new PruneError(
    'GGUF_UNSUPPORTED',
    `The tensor ${quoteName(name)} cannot be written with ${formatCount(bytes)} bytes: its type and dimensions ` +
      `need ${valid}.`,
  );
}

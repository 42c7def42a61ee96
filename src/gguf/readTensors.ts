import type { FileCursor } from './cursor.js';
import { findGgmlType, type GgmlType } from './ggmlTypes.js';
import { MAX_DIMENSIONS, MAX_TENSOR_NAME_BYTES } from './limits.js';
import { readText } from './readText.js';
import { computeTensorBytes, padTo } from './tensorSize.js';
import type { PlacedTensor } from './types.js';
import { formatCount, formatCounted, quoteName } from './wording.js';

/**
 * Reads the `count` rows of the tensor table. Throws GGUF_DAMAGED, and GGUF_UNSUPPORTED for a tensor
 * type that ggml has removed or does not know.
 */
export async function readTensors(
  cursor: FileCursor,
  count: number,
  alignment: number,
): Promise<readonly PlacedTensor[]> {
  const tensors: PlacedTensor[] = [];
  const names = new Set<string>();
  let offset = 0;
  for (let index = 0; index < count; index += 1) {
    const at = cursor.position;
    const item = `tensor ${formatCount(index + 1)} of ${formatCount(count)}`;
    const tensor = await readTensor(cursor, item, offset);
    if (names.has(tensor.name)) {
      throw cursor.problem('it holds a tensor of this name twice', 'Tensor names must be unique.', at);
    }
    names.add(tensor.name);
    tensors.push(tensor);
    offset = padTo(offset + tensor.bytes, alignment);
    checkSum(cursor, offset, at);
  }
  return tensors;
}

async function readTensor(cursor: FileCursor, item: string, expectedOffset: number): Promise<PlacedTensor> {
  cursor.enter('the tensor table', item);
  const name = await readName(cursor);
  cursor.enter('the tensor table', `${item}, ${quoteName(name)}`);
  const dimensionsAt = cursor.position;
  const dimensions = await readDimensions(cursor);
  const type = await readType(cursor);
  const bytes = measurePayload(cursor, type, dimensions, dimensionsAt);
  const offsetAt = cursor.position;
  const offset = await cursor.readUint64();
  if (offset !== BigInt(expectedOffset)) {
    const valid = `It must be ${formatCount(expectedOffset)}, where the tensor before it ends.`;
    throw cursor.problem(`the data offset is ${formatCount(offset)}`, valid, offsetAt);
  }
  return { name, dimensions, type: type.id, offset: expectedOffset, bytes };
}

async function readName(cursor: FileCursor): Promise<string> {
  const at = cursor.position;
  const length = await cursor.readCount('the name length');
  const valid = `A tensor name has at most ${formatCount(MAX_TENSOR_NAME_BYTES)} bytes and no NUL.`;
  if (length > MAX_TENSOR_NAME_BYTES) {
    throw cursor.problem(`the name is ${formatCounted(length, 'byte')} long`, valid, at);
  }
  const name = await readText(cursor, length, 'tensor name');
  // llama.cpp cuts the name there, so that two names that differ here can be one to it.
  if (name.includes('\0')) throw cursor.problem('the name contains a NUL', valid, at);
  return name;
}

async function readDimensions(cursor: FileCursor): Promise<readonly number[]> {
  const at = cursor.position;
  const count = await cursor.readUint32();
  if (count > MAX_DIMENSIONS) {
    const valid = `A tensor has at most ${formatCount(MAX_DIMENSIONS)}.`;
    throw cursor.problem(`it has ${formatCounted(count, 'dimension')}`, valid, at);
  }
  const dimensions: number[] = [];
  for (let index = 1; index <= count; index += 1) {
    const dimensionAt = cursor.position;
    const dimension = await cursor.readCount(`dimension ${formatCount(index)}`);
    if (dimension === 0) {
      throw cursor.problem(`dimension ${formatCount(index)} is 0`, 'It must be at least 1.', dimensionAt);
    }
    dimensions.push(dimension);
  }
  return dimensions;
}

async function readType(cursor: FileCursor): Promise<GgmlType> {
  const at = cursor.position;
  const id = await cursor.readUint32();
  const type = findGgmlType(id);
  if (type === undefined) {
    const valid = 'Either the file is damaged, or the type is newer than this program.';
    throw cursor.problem(`the tensor type ${formatCount(id)} is unknown`, valid, at, 'GGUF_UNSUPPORTED');
  }
  if (type.blockSize > 0) return type;
  const valid = 'Quantise the model again with a current llama.cpp.';
  const what = `llama.cpp has removed the tensor type ${type.name} (${formatCount(id)})`;
  throw cursor.problem(what, valid, at, 'GGUF_UNSUPPORTED');
}

function measurePayload(
  cursor: FileCursor,
  type: GgmlType,
  dimensions: readonly number[],
  at: number,
): number {
  const row = dimensions[0] ?? 1;
  if (row % type.blockSize !== 0) {
    const valid = `For ${type.name} it must be a multiple of ${formatCount(type.blockSize)}.`;
    throw cursor.problem(`dimension 1 is ${formatCount(row)}`, valid, at);
  }
  const bytes = computeTensorBytes(type, dimensions);
  if (bytes !== undefined) return bytes;
  const shape = dimensions.map(formatCount).join(' x ');
  throw cursor.problem(`the dimensions ${shape} overflow`, 'No file can hold that much.', at);
}

function checkSum(cursor: FileCursor, offset: number, at: number): void {
  if (Number.isSafeInteger(offset)) return;
  throw cursor.problem('the tensor sizes add up to an overflow', 'No file can hold that much.', at);
}

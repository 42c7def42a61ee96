import type { GgmlType } from './ggmlTypes.js';

/** Rounds a byte count up to a multiple of `alignment`, which is a power of two. */
export function padTo(bytes: number, alignment: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}

/** The number of elements of a tensor; 1 for a scalar. A bigint, as damaged dimensions overflow. */
export function countElements(dimensions: readonly number[]): bigint {
  return dimensions.reduce((product, dimension) => product * BigInt(dimension), 1n);
}

/**
 * The size of a payload in bytes. The first dimension must be a multiple of the block size. Undefined
 * when the element or byte count is above `Number.MAX_SAFE_INTEGER`.
 */
export function computeTensorBytes(type: GgmlType, dimensions: readonly number[]): number | undefined {
  const elements = countElements(dimensions);
  const bytes = (elements / BigInt(type.blockSize)) * BigInt(type.typeSize);
  const largest = elements > bytes ? elements : bytes;
  return largest > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(bytes);
}

import { computeTensorBytes, findGgmlType, GGML_TYPES } from '../gguf/index.js';
import { exceedsMemory } from './freeMemory.js';
import type { Model } from './model.js';
import { recallProcess, rememberProcess } from './sharedProcess.js';

const fast = GGML_TYPES.find(({ name }) => name === 'Q8_0');

/**
 * The same open model, whose passes multiply with quantised matrices converted to Q8_0, which processors compute fastest
 * with: about twice as fast as with Q4_1, and next to the same. They lie as the processor multiplies fastest, where it has such
 * a way. What a device has reordered for itself stays, as does the
 * whole model where it is run `exact`, or memory has no room for another one of that size.
 *
 * Losses of such passes are about as near to those of the dequantised weights as stock llama.cpp's, but not the same: they
 * choose, and are not to be reported.
 */
export function convertWeights(model: Model): Model {
  if (model.exact || model.converted) return model;
  const bytes = countConvertedBytes(model);
  if (bytes === 0 || exceedsMemory(bytes)) return model;
  const converted: Model = {
    ...model,
    converted: true,
    runWindow: (request, call) => model.runWindow({ converted: true, ...request }, call),
    runBlock: (request, call) => model.runBlock({ converted: true, ...request }, call),
    trainWindow: (request, call) => model.trainWindow({ converted: true, ...request }, call),
  };
  const host = recallProcess(model);
  if (host !== undefined) rememberProcess(converted, host);
  return converted;
}

/** Bytes that converted matrices take at most; gradients need all of them with rows for columns as well. */
export function countConvertedBytes({ header, trained }: Pick<Model, 'header' | 'trained'>): number {
  const copies = trained ? 2 : 1;
  const sizes = header.tensors.flatMap(({ dimensions, type }) => {
    const { blockSize = 1 } = findGgmlType(type) ?? {};
    return dimensions.length === 2 && blockSize > 1 ? [copies * countFastBytes(dimensions)] : [];
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Bytes of a matrix in the type that processors compute fastest with, Q8_0. */
export function countFastBytes(dimensions: readonly number[]): number {
  return fast === undefined ? 0 : (computeTensorBytes(fast, dimensions) ?? Infinity);
}

import { PruneError } from '../../errors.js';
import { quoteName, type GgufHeader, type TensorInfo } from '../../gguf/index.js';
import type { Block } from '../../model/index.js';
import type { Model } from '../../native/index.js';
import { locateTensor } from '../tensorPlace.js';

/**
 * The sum of the absolute values of the weight matrices of each block of the trunk, as they are dequantised.
 *
 * @throws PruneError SCORE_UNDEFINED for weights whose values cannot be told; NATIVE_FAILED where the file cannot be
 *   read; CANCELLED
 */
export async function measureMagnitudes(
  model: Pick<Model, 'header' | 'description' | 'sumMagnitudes'>,
  signal: AbortSignal | undefined,
  onBlock: (done: number, total: number) => void,
): Promise<readonly number[]> {
  const { header, description } = model;
  const blocks = description.blocks.slice(0, description.trunk);
  const sums: number[] = [];
  onBlock(0, blocks.length);
  for (const block of blocks) {
    let sum = 0;
    for (const tensor of listMatrices(block)) sum += await sumTensor(model, header, tensor, signal);
    sums.push(sum);
    onBlock(sums.length, blocks.length);
  }
  return sums;
}

/** Weights of more than one dimension; norms and biases are none. */
function listMatrices({ index, tensors }: Block): readonly TensorInfo[] {
  const scale = tensors.find(({ name }) => name.endsWith('.scale'));
  if (scale !== undefined) {
    throw new PruneError(
      'SCORE_UNDEFINED',
      `Matrices of block ${index} are multiplied by scales of their own (${quoteName(scale.name)}), which ` +
        `magnitudes take no account of. Choose another --metric.`,
    );
  }
  return tensors.filter(({ name, dimensions }) => name.endsWith('.weight') && countSides(dimensions) >= 2);
}

function countSides(dimensions: readonly number[]): number {
  return dimensions.filter((length) => length > 1).length;
}

async function sumTensor(
  model: Pick<Model, 'sumMagnitudes'>,
  header: GgufHeader,
  tensor: TensorInfo,
  signal: AbortSignal | undefined,
): Promise<number> {
  const place = locateTensor(header, tensor);
  try {
    return await model.sumMagnitudes(place, { signal });
  } catch (cause) {
    if (!(cause instanceof PruneError && cause.code === 'NATIVE_FAILED')) throw cause;
    throw new PruneError(
      'SCORE_UNDEFINED',
      `The magnitude of ${quoteName(tensor.name)} cannot be told: ${cause.message}. Choose another --metric.`,
      { cause },
    );
  }
}

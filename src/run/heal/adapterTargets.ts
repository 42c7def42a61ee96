import { open } from 'node:fs/promises';
import { findGgmlType, isQuantisable, needsImportance } from '../../gguf/index.js';
import { isAdapted, isTrainedNorm, type AdaptedMatrix } from '../../heal/index.js';
import { parseBlockName, type Drop } from '../../model/index.js';
import type { TensorPlace, TrainedNorm } from '../../native/index.js';
import type { Choosable } from '../choose.js';
import { locateTensor } from '../tensorPlace.js';
import type { FittedWeight } from './fit.js';

/** A matrix that is trained, and how it is written once it is merged. */
export interface TrainedMatrix extends AdaptedMatrix {
  readonly weight: FittedWeight & { readonly place: NonNullable<FittedWeight['place']> };
}

const f32 = 0;

/**
 * The weights of the norms of kept blocks, and of the last one.
 * @throws PruneError FILE_NOT_READABLE
 */
export async function readNorms(
  { header, description: { trunk } }: Choosable,
  { dropped, droppedAttention }: Drop,
): Promise<readonly TrainedNorm[]> {
  const norms: TrainedNorm[] = [];
  for (const tensor of header.tensors) {
    const { block = trunk, rest = tensor.name } = parseBlockName(tensor.name) ?? {};
    const isLeftOut =
      dropped.includes(block) || (rest.startsWith('attn_') && droppedAttention.includes(block));
    if (isLeftOut || block > trunk || !isTrainedNorm(rest) || tensor.type !== f32) continue;
    norms.push({ name: tensor.name, block, values: await readFloats(locateTensor(header, tensor)) });
  }
  return norms;
}

async function readFloats({ path, offset, count }: TensorPlace): Promise<Float32Array> {
  const values = new Float32Array(count);
  const file = await open(path, 'r');
  try {
    await file.read(new Uint8Array(values.buffer), 0, values.byteLength, offset);
  } finally {
    await file.close();
  }
  return values;
}

/**
 * The matrices of kept blocks that adapters are trained for.
 * @param merging the type of what adapters are put into, undefined: the one that each matrix has; without it they are not
 */
export function listTrainedMatrices(
  { header, description: { trunk } }: Choosable,
  { dropped, droppedAttention }: Drop,
  merging: { readonly type: number | undefined } | undefined,
): readonly TrainedMatrix[] {
  const names = new Set(header.tensors.map(({ name }) => name));
  return header.tensors.flatMap((tensor) => {
    const { block = -1, rest = '' } = parseBlockName(tensor.name) ?? {};
    const isRun = block >= 0 && block < trunk && !dropped.includes(block);
    const isLeftOut = rest.startsWith('attn_') && droppedAttention.includes(block);
    const [inputs = NaN, outputs = NaN, ...more] = tensor.dimensions;
    if (!isRun || isLeftOut || !isAdapted(rest) || more.some((size) => size > 1)) return [];
    const { name } = tensor;
    // what a matrix yields is multiplied by that, and what an adapter yields is not
    if (names.has(name.replace(/weight$/, 'scale'))) return [];
    const wanted = findGgmlType(merging?.type ?? tensor.type);
    const canMerge =
      wanted !== undefined &&
      isQuantisable(wanted) &&
      !needsImportance(wanted) &&
      inputs % wanted.blockSize === 0;
    if (merging !== undefined && !canMerge) return [];
    const type = wanted?.id ?? tensor.type;
    const weight = { name, place: locateTensor(header, tensor), type, inputs, outputs };
    return [{ name, block, inputs, outputs, weight }];
  });
}

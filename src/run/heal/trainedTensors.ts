import { findGgmlType, isQuantisable, needsImportance } from '../../gguf/index.js';
import {
  findMatrixKind,
  isTrainedNorm,
  type AdaptedMatrix,
  type MatrixKind,
  type TrainingName,
} from '../../heal/index.js';
import { parseBlockName, type Drop } from '../../model/index.js';
import type { TensorPlace, WholeTensor } from '../../native/index.js';
import type { BlockPatch } from '../../rewrite/index.js';
import type { Choosable } from '../choose.js';
import { locateTensor } from '../tensorPlace.js';
import type { FittedWeight } from './fit.js';
import { namePatch } from './weights.js';

/** A matrix that is trained, and how it is written afterwards. */
export interface TrainedMatrix extends AdaptedMatrix {
  readonly weight: FittedWeight & { readonly place: TensorPlace };
}

/** A map in a gap that is trained, and the type that it is written in. */
export interface TrainedMap extends WholeTensor {
  readonly type: number;
}

/** All that is trained and written into the model. */
export interface TrainedTensors {
  readonly matrices: readonly TrainedMatrix[];
  readonly norms: readonly WholeTensor[];
  readonly maps: readonly TrainedMap[];
}

/** All that is trained, and how. */
export interface Trained extends TrainedTensors {
  readonly method: TrainingName;
  /** Of an adapter. */
  readonly rank: number;
}

const f32 = 0;

/** The weights of the norms of kept blocks, and of the last one. */
export function listTrainedNorms(
  { header, description: { trunk } }: Choosable,
  { dropped, droppedAttention }: Drop,
): readonly WholeTensor[] {
  return header.tensors.flatMap((tensor) => {
    const { name, dimensions, type } = tensor;
    const [inputs = NaN, outputs = 1] = dimensions;
    const { block = trunk, rest = name } = parseBlockName(name) ?? {};
    const isLeftOut =
      dropped.includes(block) || (rest.startsWith('attn_') && droppedAttention.includes(block));
    if (isLeftOut || block > trunk || !isTrainedNorm(rest) || type !== f32) return [];
    return [{ name, block, inputs, outputs, place: locateTensor(header, tensor) }];
  });
}

/** The maps that stand for gaps. Their values are those of their overrides. */
export function listTrainedMaps(
  { description: { embeddingLength: width = NaN } }: Choosable,
  patches: readonly BlockPatch[],
): readonly TrainedMap[] {
  const place = { path: '', offset: 0, type: f32, count: 0 };
  return patches.map(({ block, type }) => ({
    name: namePatch(block),
    block,
    inputs: width,
    outputs: width,
    place,
    type,
  }));
}

/**
 * The matrices of kept blocks that are trained.
 * @param kinds of them, by their names in their blocks
 * @param merging the type that they are written in, undefined: the one that each has; without it they are not written
 */
export function listTrainedMatrices(
  { header, description: { trunk } }: Choosable,
  { dropped, droppedAttention }: Drop,
  kinds: readonly MatrixKind[],
  merging: { readonly type: number | undefined } | undefined,
): readonly TrainedMatrix[] {
  const names = new Set(header.tensors.map(({ name }) => name));
  return header.tensors.flatMap((tensor) => {
    const { block = -1, rest = '' } = parseBlockName(tensor.name) ?? {};
    const isRun = block >= 0 && block < trunk && !dropped.includes(block);
    const isLeftOut = rest.startsWith('attn_') && droppedAttention.includes(block);
    const [inputs = NaN, outputs = NaN, ...more] = tensor.dimensions;
    const kind = findMatrixKind(rest);
    if (!isRun || isLeftOut || kind === undefined || !kinds.includes(kind)) return [];
    if (more.some((size) => size > 1)) return [];
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

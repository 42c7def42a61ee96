import { parseBlockName } from '../model/index.js';
import { makePatchTensors } from './patchTensors.js';
import { giveTensor, type PlannedTensor } from './content.js';
import type { TensorSpec } from '../gguf/index.js';

/** A matrix with other values than the source's, maybe in another type. */
export interface RefittedTensor {
  /** As the source names it. */
  readonly name: string;
  /** A number of ggml's. */
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** A linear map that stands for dropped blocks, in the place of the first of them. */
export interface BlockPatch {
  readonly block: number;
  /** A number of ggml's. */
  readonly type: number;
  /** `[embedding][embedding]` values: what is added to the stream is this times the normed stream. */
  readonly bytes: Uint8Array;
}

/** What healing puts into a file beside what it takes from the source. */
export interface Repairs {
  readonly refitted: readonly RefittedTensor[];
  readonly patches: readonly BlockPatch[];
}

export const noRepairs: Repairs = { refitted: [], patches: [] };

/** Blocks of a target, as the source counts them, ascending: those that stay and those that a map stands for. */
export function listStanding(kept: readonly number[], { patches }: Repairs): readonly number[] {
  return [...kept, ...patches.map(({ block }) => block)].sort((a, b) => a - b);
}

/**
 * Puts repairs into the tensors that are kept.
 * @param name what a tensor of a block of the source is called in the target
 */
export function placeRepairs(
  tensors: readonly PlannedTensor[],
  { refitted, patches }: Repairs,
  embedding: number,
  name: (block: number, rest: string) => string,
): readonly PlannedTensor[] {
  const byName = new Map(
    refitted.map((tensor) => {
      const parsed = parseBlockName(tensor.name);
      return [parsed === undefined ? tensor.name : name(parsed.block, parsed.rest), tensor];
    }),
  );
  const replaced = tensors.map((tensor): PlannedTensor => {
    const found = byName.get(tensor.name);
    const { name: own, dimensions } = tensor;
    return found === undefined ? tensor : give({ name: own, dimensions, type: found.type }, found.bytes);
  });
  const added = patches.flatMap((patch) =>
    makePatchTensors(patch, embedding).map(({ rest, dimensions, type, bytes }) =>
      give({ name: name(patch.block, rest), dimensions, type }, bytes),
    ),
  );
  return [...replaced, ...added];
}

function give(spec: Omit<TensorSpec, 'bytes'>, bytes: Uint8Array): PlannedTensor {
  return giveTensor({ ...spec, bytes: bytes.length }, bytes);
}

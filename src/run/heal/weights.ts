import { PruneError } from '../../errors.js';
import { findGgmlType, GGML_TYPES, ggmlTypeName, quoteName } from '../../gguf/index.js';
import type { HealingStep } from '../../heal/index.js';
import type { Choosable } from '../choose.js';
import { locateTensor } from '../tensorPlace.js';
import type { FittedWeight } from './fit.js';

/** The type of a map that stands for blocks, unless another one is asked for: it is small, and read as it was fitted. */
const patchType = 8;

/** ggml's number of a type by its name. @throws PruneError USAGE */
export function findHealType(name: string | undefined): number | undefined {
  if (name === undefined) return undefined;
  const found = GGML_TYPES.find((type) => type.name === name.toUpperCase() && type.blockSize > 0);
  if (found !== undefined) return found.id;
  throw new PruneError(
    'USAGE',
    `--heal-type ${quoteName(name)} is no type of tensors; such as Q8_0, Q6_K or F16 is meant.`,
  );
}

/**
 * The weight that a step fits.
 * @param type the type that is asked for
 * @returns a reason where the block has none that can be fitted
 */
export function findFittedWeight(
  { header, description }: Choosable,
  { kind, block }: HealingStep,
  type: number | undefined,
): FittedWeight | string {
  if (kind === 'patch') {
    const embedding = description.embeddingLength ?? NaN;
    const fitting = type ?? patchType;
    const isWhole = embedding % (findGgmlType(fitting)?.blockSize ?? NaN) === 0;
    return {
      name: `patch.${block}`,
      place: null,
      type: isWhole ? fitting : 1,
      inputs: embedding,
      outputs: embedding,
    };
  }
  const name = `blk.${block}.ffn_down.weight`;
  const tensor = header.tensors.find((one) => one.name === name);
  if (tensor === undefined) {
    const isMixture = description.blocks[block]?.tensors.some((one) => one.name.includes('_exps.'));
    return isMixture
      ? 'its feed-forward part is a mixture of experts'
      : 'it has no feed-forward part that ends in one matrix';
  }
  const [inputs = NaN, outputs = NaN] = tensor.dimensions;
  const wanted = type ?? tensor.type;
  if (inputs % (findGgmlType(wanted)?.blockSize ?? NaN) !== 0) {
    return `rows of ${inputs} values are not of whole blocks of ${ggmlTypeName(wanted)}`;
  }
  return { name, place: locateTensor(header, tensor), type: wanted, inputs, outputs };
}

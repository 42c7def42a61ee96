import { PruneError } from '../../errors.js';
import {
  findGgmlType,
  GGML_TYPES,
  ggmlTypeName,
  isQuantisable,
  quoteName,
  type GgmlType,
} from '../../gguf/index.js';
import type { HealingStep } from '../../heal/index.js';
import { parseBlockName } from '../../model/index.js';
import type { Model } from '../../native/index.js';
import type { Repairs } from '../../rewrite/index.js';
import type { Choosable } from '../choose.js';
import { locateTensor } from '../tensorPlace.js';
import type { FittedWeight } from './fit.js';

/** The types of a map that stands for blocks, unless another one is asked for: the first that its rows are whole in. */
const patchTypes = ['Q8_0', 'F16'] as const;

const findByName = (name: string) => GGML_TYPES.find((type) => type.name === name && isQuantisable(type));

const isWhole = (columns: number, { blockSize }: GgmlType) => columns % blockSize === 0;

/** What passes find the map by that stands for a dropped block. */
export const namePatch = (block: number) => `patch.${block}`;

/** ggml's number of a type by its name. @throws PruneError USAGE */
export function findHealType(name: string | undefined): number | undefined {
  if (name === undefined) return undefined;
  const found = findByName(name.toUpperCase());
  if (found !== undefined) return found.id;
  throw new PruneError(
    'USAGE',
    `--heal-type ${quoteName(name)} is no type that ggml quantises matrices to; such as Q8_0, Q6_K or F16 is meant.`,
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
    const usual = patchTypes.map(findByName).find((one) => one !== undefined && isWhole(embedding, one));
    const own = type === undefined ? usual : findGgmlType(type);
    if (own === undefined || !isWhole(embedding, own)) return explainPart(embedding, own);
    return { name: namePatch(block), place: null, type: own.id, inputs: embedding, outputs: embedding };
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
  const wanted = findGgmlType(type ?? tensor.type);
  if (wanted === undefined || !isQuantisable(wanted)) {
    return `ggml has no quantiser to its type, ${ggmlTypeName(tensor.type)}; give --heal-type`;
  }
  if (!isWhole(inputs, wanted)) return explainPart(inputs, wanted);
  return { name, place: locateTensor(header, tensor), type: wanted.id, inputs, outputs };
}

/** Lets passes multiply with other values of matrices; null: with the model's own again. */
export async function putRefitted(
  model: Model,
  matrices: readonly { readonly name: string; readonly type: number; readonly bytes: Uint8Array | null }[],
): Promise<void> {
  const shapes = new Map(model.header.tensors.map(({ name, dimensions }) => [name, dimensions]));
  for (const { name, type, bytes } of matrices) {
    const [inputs = NaN, outputs = 1] = shapes.get(name) ?? [];
    const block = parseBlockName(name)?.block ?? 0;
    await model.overrideWeight({ name, block, type, inputs, outputs, bytes });
  }
}

/** Lets passes multiply with repairs. */
export async function putRepairs(model: Model, { refitted, patches }: Repairs): Promise<void> {
  const width = model.description.embeddingLength ?? NaN;
  await putRefitted(model, refitted);
  for (const { block, type, bytes } of patches) {
    const name = namePatch(block);
    await model.overrideWeight({ name, block, type, inputs: width, outputs: width, bytes });
  }
}

function explainPart(columns: number, type: GgmlType | undefined): string {
  return `rows of ${columns} values are not of whole blocks of ${type?.name ?? 'any type'}`;
}

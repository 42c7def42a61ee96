import { distance } from 'fastest-levenshtein';
import { PruneError } from '../../errors.js';
import { quoteName } from '../../gguf/index.js';
import { fileTypeNumbers } from '../../model/index.js';

/** A quantisation as llama.cpp's quantiser knows it. */
export interface QuantType {
  readonly name: string;
  /** `general.file_type`. */
  readonly number: number;
}

/** The usual ones, from the largest on. */
export const usualTypes = [
  'Q8_0',
  'Q6_K',
  'Q5_K_M',
  'Q4_K_M',
  'Q4_K_S',
  'Q3_K_L',
  'Q3_K_M',
  'Q3_K_S',
  'Q2_K',
] as const;

/** What the quantiser makes with an importance matrix alone: `tensor_requires_imatrix` in llama-quant.cpp. */
const needMatrix: ReadonlySet<string> = new Set([
  'IQ1_S',
  'IQ1_M',
  'IQ2_XXS',
  'IQ2_XS',
  'IQ2_S',
  'IQ2_M',
  'IQ3_XXS',
  'IQ3_XS',
  'Q2_K_S',
]);

/** F32 is no quantisation; the quantiser makes no NVFP4. */
const notMade: ReadonlySet<string> = new Set(['F32', 'NVFP4']);

/** The names that can be asked for. */
export const quantTypeNames: readonly string[] = [...fileTypeNumbers.keys()].filter(
  (name) => !needMatrix.has(name) && !notMade.has(name),
);

/**
 * The quantisations of these names, each once; capitals or not.
 * @throws PruneError USAGE for one that is unknown, or that is not made without an importance matrix
 */
export function findTypes(names: readonly string[] = usualTypes): readonly QuantType[] {
  const upper = names.map((name) => name.trim().toUpperCase()).filter((name) => name !== '');
  if (upper.length === 0) throw new PruneError('USAGE', `--types names no type. ${listValid()}`);
  return [...new Set(upper)].map((name) => {
    const number = fileTypeNumbers.get(name);
    if (number !== undefined && quantTypeNames.includes(name)) return { name, number };
    throw new PruneError('USAGE', explain(name));
  });
}

function explain(name: string): string {
  if (needMatrix.has(name)) {
    return `--types: ${name} is made with an importance matrix alone, and compare makes plain quantisations. ${listValid()}`;
  }
  if (notMade.has(name)) return `--types: llama.cpp's quantiser makes no ${name}. ${listValid()}`;
  const [nearest] = quantTypeNames
    .map((known) => ({ known, edits: distance(name, known) }))
    .filter(({ edits }) => edits <= 2)
    .sort((a, b) => a.edits - b.edits);
  const meant = nearest === undefined ? '' : ` Did you mean ${nearest.known}?`;
  return `--types: there is no type ${quoteName(name)}.${meant} ${listValid()}`;
}

function listValid(): string {
  return `Valid are ${quantTypeNames.join(', ')}.`;
}

import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A matrix of a model that an adapter is trained for. */
export interface AdaptedMatrix {
  readonly name: string;
  readonly block: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** What an adapter adds to a matrix: alpha / rank · B·A, with A `[rank, inputs]` and B `[outputs, rank]`. */
export interface LowRankPair {
  readonly name: string;
  readonly a: Float32Array;
  readonly b: Float32Array;
}

/** The matrices of a block that adapters are trained for, as llama.cpp names them. */
const adapted = /^(?:attn_(?:q|k|v|qkv|output)|ffn_(?:gate|up|down))\.weight$/;

/** Whether adapters are trained for a tensor of a block, by its name in it. */
export const isAdapted = (rest: string) => adapted.test(rest);

/**
 * Norms whose weights are trained as they are: in front of a part of a block, after it, of keys, and the last. Not of
 * queries: a drop may have to scale them.
 */
const norms = /^(?:(?:attn|ffn|attn_k|attn_post|post_attention|post_ffw|ffn_post)_norm|output_norm)\.weight$/;

/** Whether the weights of a norm are trained, by its name in its block. */
export const isTrainedNorm = (rest: string) => norms.test(rest);

/** The largest values of a 32-bit number. */
const range = 2 ** 31;

/**
 * What training begins with: A evenly drawn from ± 1 / √inputs, B zero, so that nothing is added yet (Hu et al. 2021,
 * section 4.1).
 */
export function drawAdapter(
  matrices: readonly AdaptedMatrix[],
  rank: number,
  seed: number,
): readonly LowRankPair[] {
  const generator = xoroshiro128plus(seed);
  return matrices.map(({ name, inputs, outputs }) => {
    const bound = 1 / Math.sqrt(inputs) / range;
    return {
      name,
      a: Float32Array.from({ length: rank * inputs }, () => generator.next() * bound),
      b: new Float32Array(outputs * rank),
    };
  });
}

import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A matrix of a model that is trained. */
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

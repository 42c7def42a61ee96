import { PruneError } from '../errors.js';
import { quoteName } from '../gguf/index.js';

/** The matrices of a block that are trained, as llama.cpp names them. */
export const matrixKinds = [
  'attn_q',
  'attn_k',
  'attn_v',
  'attn_qkv',
  'attn_output',
  'ffn_gate',
  'ffn_up',
  'ffn_down',
] as const;

export type MatrixKind = (typeof matrixKinds)[number];

/** Which of them a tensor of a block is, by its name in it. */
export function findMatrixKind(rest: string): MatrixKind | undefined {
  return matrixKinds.find((kind) => rest === `${kind}.weight`);
}

/**
 * Reads what `--train-tensors` was given: names with commas between.
 * @throws PruneError USAGE for others
 */
export function parseMatrixKinds(text: string): readonly MatrixKind[] {
  return text.split(',').map((part) => {
    const kind = matrixKinds.find((name) => name === part.trim());
    if (kind !== undefined) return kind;
    throw new PruneError(
      'USAGE',
      `--train-tensors ${quoteName(part.trim())} is no matrix that can be trained: ${matrixKinds.join(', ')} are, or several ` +
        `with commas between.`,
    );
  });
}

/**
 * Norms whose weights are trained as they are: in front of a part of a block, after it, of keys, and the last. Not of
 * queries: a drop may have to scale them.
 */
const norms = /^(?:(?:attn|ffn|attn_k|attn_post|post_attention|post_ffw|ffn_post)_norm|output_norm)\.weight$/;

/** Whether the weights of a norm are trained, by its name in its block. */
export const isTrainedNorm = (rest: string) => norms.test(rest);

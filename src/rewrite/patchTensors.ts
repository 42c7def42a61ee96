import { computeTensorBytes, findGgmlType } from '../gguf/index.js';
import { patchFeedForward } from '../model/index.js';
import type { BlockPatch } from './repairs.js';

/** A tensor of a block that is a linear map. */
interface PatchTensor {
  readonly rest: string;
  readonly dimensions: readonly number[];
  readonly type: number;
  readonly bytes: Uint8Array;
}

const f32 = 0;
const q8 = 8;

/**
 * The tensors of a block whose attention is one linear map of the normed stream and whose feed-forward part, the
 * smallest that llama.cpp reads, adds nothing.
 */
export function makePatchTensors({ type, bytes }: BlockPatch, embedding: number): readonly PatchTensor[] {
  const ones = new Uint8Array(Float32Array.from({ length: embedding }, () => 1).buffer);
  const norm = (rest: string): PatchTensor => ({ rest, dimensions: [embedding], type: f32, bytes: ones });
  const zeros = (rest: string, inputs: number, outputs: number): PatchTensor => {
    // ggml's AMX product of rows of a single Q8_0 block of zeros is not zero
    const blockSize = findGgmlType(q8)?.blockSize ?? NaN;
    const fitting = inputs > blockSize && inputs % blockSize === 0 ? q8 : f32;
    const found = findGgmlType(fitting);
    const size = found && computeTensorBytes(found, [inputs, outputs]);
    return { rest, dimensions: [inputs, outputs], type: fitting, bytes: new Uint8Array(size ?? 0) };
  };
  return [
    norm('attn_norm.weight'),
    { rest: 'attn_output.weight', dimensions: [embedding, embedding], type, bytes },
    norm('ffn_norm.weight'),
    zeros('ffn_gate.weight', embedding, patchFeedForward),
    zeros('ffn_up.weight', embedding, patchFeedForward),
    zeros('ffn_down.weight', patchFeedForward, embedding),
  ];
}

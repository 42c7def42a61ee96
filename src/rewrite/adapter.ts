import { makeEntry, ValueType, type Entry } from '../gguf/index.js';
import { parseBlockName } from '../model/index.js';
import { giveTensor } from './content.js';
import type { DropPlan } from './plan.js';
import { planGiven, type RewritePlan } from './planFiles.js';

/** A LoRA adapter whose matrices are named as in the original. */
export interface NewAdapter {
  readonly alpha: number;
  readonly rank: number;
  readonly pairs: readonly { readonly name: string; readonly a: Float32Array; readonly b: Float32Array }[];
}

const f32 = 0;

/**
 * Plans the file of an adapter for a model that is planned: no I/O.
 * @param provenance what it says of its making
 */
export function planAdapter(
  { alpha, rank, pairs }: NewAdapter,
  { source, standing, architecture }: Pick<DropPlan, 'source' | 'standing' | 'architecture'>,
  provenance: readonly Entry[],
): RewritePlan {
  const rename = (name: string) => {
    const parsed = parseBlockName(name);
    return parsed === undefined ? name : `blk.${standing.indexOf(parsed.block)}.${parsed.rest}`;
  };
  const give = (name: string, dimensions: readonly number[], values: Float32Array) => {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    return giveTensor({ name, dimensions, type: f32, bytes: bytes.length }, bytes);
  };
  return planGiven(source, {
    entries: [
      makeEntry('general.type', ValueType.string, 'adapter'),
      makeEntry('general.architecture', ValueType.string, architecture),
      makeEntry('adapter.type', ValueType.string, 'lora'),
      makeEntry('adapter.lora.alpha', ValueType.float32, alpha),
      ...provenance,
    ],
    tensors: pairs.flatMap(({ name, a, b }) => [
      give(`${rename(name)}.lora_a`, [a.length / rank, rank], a),
      give(`${rename(name)}.lora_b`, [rank, b.length / rank], b),
    ]),
  });
}

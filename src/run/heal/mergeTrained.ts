import type { LowRankPair } from '../../heal/index.js';
import type { Model, TrainedState, WholeTensor } from '../../native/index.js';
import type { Repairs } from '../../rewrite/index.js';
import type { RunOptions } from '../options.js';
import { reportProgress } from '../start.js';
import type { TrainedTensors } from './trainedTensors.js';

const f32 = 0;

/**
 * What a session has trained, in the types that it is written in.
 * @throws PruneError NATIVE_FAILED, CANCELLED
 */
export async function mergeTrained(
  session: Model,
  { matrices, norms, maps }: TrainedTensors,
  options: RunOptions,
): Promise<Repairs> {
  const count = matrices.length + norms.length + maps.length;
  const report = reportProgress(options, 'merge');
  let done = 0;
  const merge = async ({ name, inputs, place }: Omit<WholeTensor, 'block' | 'outputs'>, type: number) => {
    report(done, count);
    done++;
    return session.mergeTrained({ name, inputs, place, type }, options);
  };
  const refitted = [];
  for (const { name, weight } of matrices) {
    refitted.push({ name, type: weight.type, bytes: await merge(weight, weight.type) });
  }
  for (const norm of norms) refitted.push({ name: norm.name, type: f32, bytes: await merge(norm, f32) });
  const patches = [];
  for (const map of maps)
    patches.push({ block: map.block, type: map.type, bytes: await merge(map, map.type) });
  report(count, count);
  return { refitted, patches };
}

const half = '.lora_a';

/** The pairs of an adapter: `x.lora_a` and `x.lora_b`, one after the other. */
export function pairUp({ names, values }: TrainedState): readonly LowRankPair[] {
  const none = new Float32Array();
  return names.flatMap((name, i) =>
    name.endsWith(half)
      ? [{ name: name.slice(0, -half.length), a: values[i] ?? none, b: values[i + 1] ?? none }]
      : [],
  );
}

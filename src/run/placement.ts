import type { RunOptions } from './options.js';

/** Where a model runs, and what stops it: for whatever else is opened in the same run. */
export function pickPlacement({ gpu, gpuLayers, rpc, threads, signal }: Placement): Placement {
  return { gpu, gpuLayers, rpc, threads, signal };
}

export type Placement = Pick<RunOptions, 'gpu' | 'gpuLayers' | 'rpc' | 'threads' | 'signal'>;

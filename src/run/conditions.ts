import type { Model } from '../native/index.js';
import { llamaVersion } from '../version.js';
import type { SourceHash } from './hashSource.js';
import type { RunOptions } from './options.js';

/** What all figures of a model depend on, besides what it is given to read. */
export function describeModelConditions(
  { backend, facts, description }: Pick<Model, 'backend' | 'facts' | 'description'>,
  { sha256 }: Pick<SourceHash, 'sha256'>,
  { exact = false, gpuLayers = Infinity }: Pick<RunOptions, 'exact' | 'gpuLayers'>,
) {
  return {
    llamaCpp: llamaVersion,
    backend,
    device: facts.device,
    // the head is one more
    gpuLayers: backend === 'off' ? 0 : Math.min(gpuLayers, description.blocks.length + 1),
    exact,
    model: sha256,
  };
}

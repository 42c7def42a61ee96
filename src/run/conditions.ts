import type { Model } from '../native/index.js';
import { llamaVersion } from '../version.js';
import type { SourceHash } from './hashSource.js';
import type { RunOptions } from './options.js';

/** What all figures of a model depend on, besides what it is given to read. */
export function describeModelConditions(
  {
    backend,
    facts,
    description,
    mapped,
    converted,
  }: Pick<Model, 'backend' | 'facts' | 'description' | 'mapped' | 'converted'>,
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
    // exact ones are always mapped
    ...(mapped && !exact ? { mapped } : {}),
    ...(converted ? { converted } : {}),
    model: sha256,
  };
}

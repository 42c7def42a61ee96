import { fileLabel, type GgufHeader } from '../gguf/index.js';
import { findArchitecture } from './architectures.js';
import type { ModelDescription } from './describe.js';
import { collectFacts } from './facts.js';

/**
 * How many lanes the residual stream of a model has, each as wide as the embedding.
 * @throws PruneError ARCHITECTURE_UNSUPPORTED
 */
export function countLanes(
  header: GgufHeader,
  { architecture, blocks }: Pick<ModelDescription, 'architecture' | 'blocks'>,
): number {
  const { lanes } = findArchitecture(architecture, fileLabel(header.path));
  return lanes(collectFacts(header, architecture, blocks.length));
}

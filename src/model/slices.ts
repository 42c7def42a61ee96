import { findArchitecture, explainUnsupported } from './architectures.js';
import type { SliceRule } from './rules.js';

/** The tensors outside of blocks that hold one segment a block, where an architecture has such. */
export function findSlices(architecture: string): readonly SliceRule[] {
  if (explainUnsupported(architecture) !== undefined) return [];
  const { rules } = findArchitecture(architecture, architecture);
  return rules.filter((rule) => rule.kind === 'slice');
}

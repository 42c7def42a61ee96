import type { GgufHeader } from '../gguf/index.js';
import { lookUpArchitecture } from './architectures.js';
import { collectFacts } from './facts.js';
import type { PerLayerRule, SliceRule } from './rules.js';

function findRules(architecture: string): readonly PerLayerRule[] {
  return lookUpArchitecture(architecture)?.rules ?? [];
}

/** The tensors outside of blocks that hold one segment a block, where an architecture has such. */
export function findSlices(architecture: string): readonly SliceRule[] {
  return findRules(architecture).filter((rule) => rule.kind === 'slice');
}

/** Tensors of blocks, by their name in there, whose values are to be multiplied by a factor when blocks are dropped. */
export function findScales(
  header: GgufHeader,
  architecture: string,
  blocks: number,
): ReadonlyMap<string, number> {
  const facts = collectFacts(header, architecture, blocks);
  return new Map(
    findRules(architecture).flatMap((rule) => {
      const factor = rule.kind === 'scale' ? rule.factor(facts) : undefined;
      return rule.kind === 'scale' && factor !== undefined ? [[rule.tensor, factor] as const] : [];
    }),
  );
}

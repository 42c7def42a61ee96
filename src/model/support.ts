import {
  attentionArchitectures,
  commonRules,
  explainUnsupported,
  findArchitecture,
  supportedArchitectures,
} from './architectures.js';
import { refusedArchitectures } from './refusedArchitectures.js';
import type { ModelFacts, PerLayerRule } from './rules.js';

/** What this version does with files of one architecture of llama.cpp. */
export interface ArchitectureSupport {
  readonly architecture: string;
  readonly supported: boolean;
  /** What a drop minds besides the keys that every architecture may hold per block; or why none is possible. */
  readonly notes: readonly string[];
  /** Whether blocks can lose their attention alone, and linear maps can stand for gaps. */
  readonly attentionAlone: boolean;
}

/** Every architecture of llama.cpp: the supported ones first, each kind sorted by name. */
export function listArchitectures(): readonly ArchitectureSupport[] {
  return [
    ...supportedArchitectures.map((architecture) => ({
      architecture,
      supported: true,
      notes: describeArchitecture(architecture),
      attentionAlone: attentionArchitectures.includes(architecture),
    })),
    ...Object.keys(refusedArchitectures)
      .sort()
      .map((architecture) => ({
        architecture,
        supported: false,
        notes: [explainUnsupported(architecture) ?? ''],
        attentionAlone: false,
      })),
  ];
}

function describeArchitecture(name: string): readonly string[] {
  const { rules, causal } = findArchitecture(name, name);
  const notes = rules.filter((rule) => !commonRules.includes(rule)).flatMap(describeRule);
  return [
    ...new Set(notes),
    ...(causal ? [] : ['tokens see those after them: there is no perplexity to judge a drop by']),
  ];
}

/** A model of which nothing is known, to ask rules for their constants. */
const unknownModel: ModelFacts = {
  blocks: 0,
  trunk: 0,
  getUint: () => undefined,
  getNumbers: () => undefined,
  vocabulary: 0,
};

function describeRule(rule: PerLayerRule): readonly string[] {
  switch (rule.kind) {
    case 'filter':
      return [`${rule.key}: kept blocks' values`];
    case 'count':
      return [`${rule.key}: counted anew`];
    case 'period':
      return [
        rule.period === 0
          ? `${rule.arrayKey}: kept blocks' values`
          : `one block in ${rule.period} ${rule.kinds[1]}, the rest ${rule.kinds[0]}: an array where the count shifts`,
      ];
    case 'class':
      return [`each kept block keeps ${rule.what}`];
    case 'first':
      return [];
    case 'keep-one':
      return [`at least one ${rule.what} stays`];
    case 'protect':
      return [`${rule.which}: not dropped, since ${rule.why}`];
    case 'count-matters':
      return [
        `${rule.counts(unknownModel).join(' or ')} blocks: no drop leads there${rule.arrivingOnly ? '' : ' or away'}, ` +
          `since that decides ${rule.what}`,
      ];
    case 'pin':
      return [`${rule.key}: the source's is written down`];
    case 'remap':
      return [`${rule.key}: renumbered`];
    case 'slice':
      return [`${rule.tensor}: kept blocks' segments`];
    case 'scale':
      return [`${rule.tensor} of each block: takes over ${rule.what}`];
  }
}

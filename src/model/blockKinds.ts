import type { GgufHeader } from '../gguf/index.js';
import { lookUpArchitecture } from './architectures.js';
import { parseBlockName, type Block, type ModelDescription } from './describe.js';
import { collectFacts, holds } from './facts.js';
import { isOneOfTheRest } from './period.js';
import type { BlockKind, ModelFacts } from './rules.js';

/** What a block does, by its tensors and the file's metadata. */
export interface BlockTraits {
  /** How it mixes tokens; undefined when it does not. */
  readonly mixing: BlockKind | undefined;
  readonly feedForward: 'dense' | 'experts' | 'none';
  /** Attention heads, and those of keys and values; undefined for a block without attention. */
  readonly heads: number | undefined;
  readonly headsKv: number | undefined;
}

const recurrentTensor = /^(?:ssm_|time_mix_|shortconv\.)/;
const attentionTensor = /^attn_(?:q|qkv|q_a|kv_a_mqa|output)\b/;

/** Describes the blocks of a model, one after the other. */
export function findBlockTraits(header: GgufHeader, description: ModelDescription): readonly BlockTraits[] {
  const facts = collectFacts(header, description.architecture, description.blocks.length);
  return description.blocks.map((block) => describeBlock(description.architecture, block, facts));
}

/** Whether any block keeps a state from token to token, by itself or beside its attention. */
export function hasRecurrentBlocks(header: GgufHeader, description: ModelDescription): boolean {
  return findBlockTraits(header, description).some(
    ({ mixing }) => mixing === 'recurrent' || mixing === 'both',
  );
}

function describeBlock(architecture: string, { index, tensors }: Block, facts: ModelFacts): BlockTraits {
  const names = tensors.map(({ name }) => parseBlockName(name)?.rest ?? name);
  const has = (pattern: RegExp) => names.some((name) => pattern.test(name));
  const perBlock = (key: string) => facts.getNumbers(key)?.[index] ?? facts.getUint(key);
  const headsKv = perBlock('attention.head_count_kv') ?? perBlock('attention.head_count');

  const isRecurrent = has(recurrentTensor);
  // recurrent blocks may name their projections as attention does, but have no heads of keys and values
  const hasAttention = isRecurrent ? has(/^attn_output\b/) && headsKv !== 0 : has(attentionTensor);
  const stated = findStatedKind(architecture, facts, index) ?? 'full';
  return {
    mixing: isRecurrent ? (hasAttention ? 'both' : 'recurrent') : hasAttention ? stated : undefined,
    feedForward: has(/^ffn_.*_exps\b/) ? 'experts' : has(/^(?:ffn_|channel_mix_)/) ? 'dense' : 'none',
    heads: hasAttention ? perBlock('attention.head_count') : undefined,
    headsKv: hasAttention ? headsKv : undefined,
  };
}

/** What the rule on a period, or its array, says of a block; undefined where there is no such rule. */
function findStatedKind(architecture: string, facts: ModelFacts, index: number): BlockKind | undefined {
  const rule = lookUpArchitecture(architecture)?.rules.find((candidate) => candidate.kind === 'period');
  if (rule === undefined || !holds(rule.when, facts)) return undefined;
  return rule.kinds[isOneOfTheRest(rule, facts, index) ? 0 : 1];
}

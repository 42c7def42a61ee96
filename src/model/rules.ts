import type { ScalarType } from '../gguf/index.js';

/** Keys are given without the architecture's prefix, unless a rule says otherwise. */
type Key = string;

/** Whether a rule applies, by the value of a key. */
export interface Condition {
  readonly key: Key;
  /** `positive`: the key is there and above 0. `not-zero`: the key is missing or above 0. `zero`: it is there and 0. */
  readonly is: 'positive' | 'not-zero' | 'zero';
}

/** How a file tells that it has blocks that predict further tokens: by the key alone, or if their tensors are there. */
export type FurtherTokens = 'key' | 'tensor';

/** What rules may ask of a model. */
export interface ModelFacts {
  /** All blocks, those for multi-token prediction included. */
  readonly blocks: number;
  /** Blocks that a token passes through, which come first. */
  readonly trunk: number;
  readonly getUint: (key: Key) => number | undefined;
  readonly getNumbers: (key: Key) => readonly number[] | undefined;
  /** Tokens of the vocabulary. */
  readonly vocabulary: number;
}

/** An array with one element a block, if it is an array at all: the kept blocks' elements stay. */
export interface FilterRule {
  readonly kind: 'filter';
  readonly key: Key;
  /** The key has no prefix. */
  readonly bare?: boolean;
  /** It has one element for each block of the trunk instead. */
  readonly trunkOnly?: boolean;
  /** llama.cpp does not look at its length: elements beyond the last block are no damage. */
  readonly anyLength?: boolean;
}

/** llama.cpp loads no model without one of these blocks, if the source has any. */
export interface KeepOneRule {
  readonly kind: 'keep-one';
  readonly blocks: (facts: ModelFacts) => readonly number[];
  readonly what: string;
}

/** The number of blocks of a kind at the start, or at the end: how many of them are kept. */
export interface CountRule {
  readonly kind: 'count';
  readonly key: Key;
  readonly at: 'start' | 'end';
}

/**
 * Every `period`-th block is another one than the rest, counted from the start. `periodKey` may hold another period;
 * `arrayKey`, if it is an array, states of each block whether it is one of the rest. As soon as a drop shifts the
 * count, that array is written.
 */
export interface PeriodRule {
  readonly kind: 'period';
  readonly periodKey: Key;
  readonly arrayKey: Key;
  readonly period: number;
  /** Which of every `period` blocks is the other one. */
  readonly other: 'first' | 'last';
  readonly when?: Condition;
  /** What the rest has, and what the other blocks have. */
  readonly kinds: readonly [rest: BlockKind, other: BlockKind];
  /** Which of the two kinds llama.cpp loads no model without. */
  readonly keepOne: 'rest' | 'both';
}

/** llama.cpp treats a block by its position, and no key can say otherwise: kept blocks must keep their class. */
export interface ClassRule {
  readonly kind: 'class';
  readonly what: string;
  /** A number, or the key that holds it; 0 switches the rule off. */
  readonly step: number | { readonly key: Key; readonly otherwise: number };
  /** `first`, `last`: whether it is that one of every `step` blocks; `group`: which `step` blocks it is among. */
  readonly of: 'first' | 'last' | 'group';
  readonly when?: Condition;
}

/** llama.cpp takes a quality of all blocks from the first one, so that not every block may come first. */
export interface FirstRule {
  readonly kind: 'first';
  readonly what: string;
  readonly mayComeFirst: (facts: ModelFacts, block: number) => boolean;
}

/** Blocks that must stay. */
export interface ProtectRule {
  readonly kind: 'protect';
  /** In words, for a list of architectures. */
  readonly which: string;
  readonly blocks: (facts: ModelFacts) => readonly number[];
  readonly why: string;
  readonly when?: Condition;
}

/** llama.cpp computes something else when the model has exactly this many blocks. */
export interface CountMattersRule {
  readonly kind: 'count-matters';
  readonly counts: (facts: ModelFacts) => readonly number[];
  readonly what: string;
  /** Only arriving at such a number matters: leaving it is repaired by another rule. */
  readonly arrivingOnly?: boolean;
  readonly when?: Condition;
}

/** llama.cpp derives a default from the number of blocks: the source's is written down. */
export interface PinRule {
  readonly kind: 'pin';
  readonly key: Key;
  readonly type: ScalarType;
  /** The key may be there, but llama.cpp does not look at it for models such as the source. */
  readonly unheeded?: boolean;
  /** Undefined: there is nothing to write down. */
  readonly value: (facts: ModelFacts) => number | undefined;
}

/** A list of blocks, by number. */
export interface RemapRule {
  readonly kind: 'remap';
  readonly key: Key;
}

/** A tensor outside of blocks that holds one segment a block along a dimension. */
export interface SliceRule {
  readonly kind: 'slice';
  readonly tensor: string;
  readonly dimension: number;
}

/** Tensors of blocks, in F32, that take over a factor which llama.cpp takes from the number of blocks. */
export interface ScaleRule {
  readonly kind: 'scale';
  /** The tensor's name in its block. */
  readonly tensor: string;
  readonly what: string;
  /** Undefined: llama.cpp takes the same factor for another number of blocks. */
  readonly factor: (facts: ModelFacts) => number | undefined;
}

/** What a key of the metadata has to do with the number of a block, and so what a drop does to it. */
export type PerLayerRule =
  | FilterRule
  | CountRule
  | KeepOneRule
  | PeriodRule
  | ClassRule
  | FirstRule
  | ProtectRule
  | CountMattersRule
  | PinRule
  | RemapRule
  | SliceRule
  | ScaleRule;

/** How a block mixes tokens: attention over all of the text or a part, a recurrent state, or both side by side. */
export type BlockKind = 'full' | 'sliding' | 'chunked' | 'recurrent' | 'both';

/** How the attention of blocks is left out while the rest of them stays. */
export interface AttentionRule {
  /** What llama.cpp names the sum of the attention's output and the block's input in its graph. */
  readonly sumName: string;
  /** The architecture whose files say of each block whether it has attention. */
  readonly writtenAs: string;
  /** The tensors of a block, by their names in there, of which that architecture makes the same. */
  readonly tensors: RegExp;
  /** Models of which it does not make the same. */
  readonly refusals: readonly { readonly when: (facts: ModelFacts) => boolean; readonly why: string }[];
}

/** Facts on one architecture, from llama.cpp's source. */
export interface Architecture {
  /** What llama.cpp names the output of a block in its graph. */
  readonly stateName: string;
  /** How many lanes the residual stream has, each as wide as the embedding. */
  readonly lanes: (facts: ModelFacts) => number;
  /** Whether a residual stream of several lanes is `[embedding, tokens, lanes]`, not `[embedding, lanes, tokens]`. */
  readonly lanesLast: boolean;
  readonly furtherTokensBy: FurtherTokens;
  readonly rules: readonly PerLayerRule[];
  /** False when a token sees those after it, as in masked diffusion: losses then are no perplexity. */
  readonly causal: boolean;
  /** Undefined: every block has attention, or what it has instead. */
  readonly attention?: AttentionRule;
}

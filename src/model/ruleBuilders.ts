import type {
  BlockKind,
  ClassRule,
  Condition,
  CountMattersRule,
  FilterRule,
  KeepOneRule,
  ModelFacts,
  PerLayerRule,
  PeriodRule,
  ProtectRule,
} from './rules.js';

/** The rules that several architectures share, by the words of the table. */

export const whenWindowed: Condition = { key: 'attention.sliding_window', is: 'positive' };

export function filter(key: string, options: Omit<FilterRule, 'kind' | 'key'> = {}): FilterRule {
  return { kind: 'filter', key, ...options };
}

/** Sliding windows everywhere, but full attention in the first or last of every `period` blocks. */
export function slidingExcept(
  other: PeriodRule['other'],
  period: number,
  when?: Condition,
  kind: BlockKind = 'sliding',
): PeriodRule {
  return {
    kind: 'period',
    periodKey: 'attention.sliding_window_pattern',
    arrayKey: 'attention.sliding_window_pattern',
    period,
    other,
    kinds: [kind, 'full'],
    keepOne: 'rest',
    ...(when === undefined ? {} : { when }),
  };
}

/** Sliding windows where an array says so; llama.cpp knows no period for these architectures. */
export const slidingArray: PeriodRule = {
  ...slidingExcept('last', 0),
};

/** Linear attention everywhere, but full attention in the last of every `period` blocks. */
export function recurrentExcept(period: number): PeriodRule {
  return {
    kind: 'period',
    periodKey: 'full_attention_interval',
    arrayKey: 'attention.recurrent_layers',
    period,
    other: 'last',
    kinds: ['recurrent', 'full'],
    keepOne: 'both',
  };
}

/** Blocks without key-value heads are recurrent; models of both kinds need both. */
export const hybridByHeads: readonly KeepOneRule[] = [
  keepOne('recurrent block', ({ getNumbers }) => whereZero(getNumbers('attention.head_count_kv'))),
  keepOne('attention block', ({ getNumbers }) => whereNotZero(getNumbers('attention.head_count_kv'))),
];

/** The same where some blocks are feed-forward alone. */
export const hybridByHeadsOrFeedForward: readonly KeepOneRule[] = hybridByHeads.map((rule) => ({
  ...rule,
  blocks: (facts) => {
    const feedForwardAlone = new Set(whereNotZero(facts.getNumbers('feed_forward_length')));
    return rule.blocks(facts).filter((block) => !feedForwardAlone.has(block));
  },
}));

export function keepOne(what: string, blocks: KeepOneRule['blocks']): KeepOneRule {
  return { kind: 'keep-one', blocks, what };
}

function whereZero(values: readonly number[] = []): readonly number[] {
  return values.flatMap((value, block) => (value === 0 ? [block] : []));
}

/** The blocks whose value is not 0. */
export function whereNotZero(values: readonly number[] = []): readonly number[] {
  return values.flatMap((value, block) => (value === 0 ? [] : [block]));
}

/** No rotary positions in the first or last of every `step` blocks. */
export function nopeEvery(step: number, of: 'first' | 'last', when?: Condition): ClassRule {
  return {
    kind: 'class',
    what: `whether it has rotary positions (every ${step}th block has none)`,
    step,
    of,
    ...(when === undefined ? {} : { when }),
  };
}

/** Experts in the last of every so many blocks, as a key says. */
export function moeEvery(key: string): ClassRule {
  return { kind: 'class', what: `whether it has experts (${key})`, step: { key, otherwise: 1 }, of: 'last' };
}

export function leadingBlocks(count: number, why: string): ProtectRule {
  return {
    kind: 'protect',
    which: count === 1 ? 'block 0' : `the first ${count} blocks`,
    blocks: ({ trunk }) => Array.from({ length: Math.min(count, trunk) }, (_, block) => block),
    why,
  };
}

export function everyBlock({ blocks }: ModelFacts): readonly number[] {
  return Array.from({ length: blocks }, (_, block) => block);
}

export function countMatters(counts: readonly number[], what: string): CountMattersRule {
  return { kind: 'count-matters', counts: () => counts, what };
}

/** Blocks without an indexer of their own use the choice of the nearest one below that has one. */
export const fullIndexers: ProtectRule = {
  kind: 'protect',
  which: 'indexers that the next block shares',
  blocks: ({ getNumbers }) => {
    const types = getNumbers('attention.indexer.types') ?? [];
    return types.flatMap((own, block) => (own !== 0 && types[block + 1] === 0 ? [block] : []));
  },
  why: 'the blocks after one use the choice of its indexer',
};

/** Where the vision encoder's features enter: blocks that a text does not show the use of. */
export const deepstackLeading: ProtectRule = {
  kind: 'protect',
  which: 'the first n_deepstack_layers blocks',
  blocks: ({ getUint }) => Array.from({ length: getUint('n_deepstack_layers') ?? 0 }, (_, block) => block),
  why: "a picture's features enter after them (n_deepstack_layers)",
};

/** The same, where an array says at which blocks; llama.cpp does not look at the first. */
export const deepstackMapping: readonly PerLayerRule[] = [
  {
    kind: 'protect',
    which: 'the blocks of deepstack_mapping',
    blocks: ({ getNumbers }) =>
      (getNumbers('deepstack_mapping') ?? []).flatMap((to, block) => (to >= 0 ? [block] : [])),
    why: "a picture's features enter there (deepstack_mapping)",
  },
  {
    kind: 'first',
    what: 'no features of a picture',
    mayComeFirst: ({ getNumbers }, block) => (getNumbers('deepstack_mapping')?.[block] ?? -1) < 0,
  },
];

import { isAttentionTensor, parseBlockName, type Drop, type ModelDescription } from '../../model/index.js';
import { addUnit, type UnitSet } from '../../select/index.js';

/** What a search leaves out, one at a time: whole blocks, the attention of blocks alone, or either. */
export const unitNames = ['block', 'attention', 'both'] as const;

export type UnitName = (typeof unitNames)[number];

/** How the numbers of units, which are all that a search sees, stand for what is left out. */
export interface Units {
  readonly count: number;
  /** Blocks of the model. */
  readonly blocks: number;
  readonly blockOf: (unit: number) => number;
  readonly toDrop: (set: UnitSet) => Drop;
  /** What a set weighs: a block 1; the same for all sets of as many blocks and attentions. */
  readonly weigh: (set: UnitSet) => number;
  /** How much more or less than is asked for a set may weigh: half of the lightest unit, where weights differ. */
  readonly slack: number;
  /** The set with another unit, in place of those that are parts of it. */
  readonly add: (set: UnitSet, unit: number) => UnitSet;
}

/** The units of a kind, numbered in order of depth. */
export function listUnits(
  name: UnitName,
  { blocks, trunk }: Pick<ModelDescription, 'blocks' | 'trunk'>,
): Units {
  switch (name) {
    case 'block':
      return wholeBlocks(trunk);
    case 'attention':
      return { ...wholeBlocks(trunk), toDrop: (set) => ({ dropped: [], droppedAttention: set }) };
    case 'both':
      return attentionsAndBlocks(trunk, weighAttention(blocks));
  }
}

/** One unit a block. */
export function wholeBlocks(blocks: number): Units {
  return {
    count: blocks,
    blocks,
    blockOf: (unit) => unit,
    toDrop: (set) => ({ dropped: set, droppedAttention: [] }),
    weigh: ({ length }) => length,
    slack: 0,
    add: addUnit,
  };
}

/** Two units a block: even ones are attention alone, the odd one after it is the whole block. */
function attentionsAndBlocks(blocks: number, attention: number): Units {
  const blockOf = (unit: number) => Math.floor(unit / 2);
  const isWhole = (unit: number) => unit % 2 === 1;
  const toDrop = (set: UnitSet) => {
    const dropped = set.filter(isWhole).map(blockOf);
    const others = set.filter((unit) => !isWhole(unit)).map(blockOf);
    return { dropped, droppedAttention: others.filter((block) => !dropped.includes(block)) };
  };
  return {
    count: 2 * blocks,
    blocks,
    blockOf,
    toDrop,
    weigh(set) {
      const { dropped, droppedAttention } = toDrop(set);
      return dropped.length + attention * droppedAttention.length;
    },
    slack: attention / 2,
    add: (set, unit) => {
      const covered = isWhole(unit) ? unit - 1 : NaN;
      return addUnit(
        set.filter((one) => one !== covered),
        unit,
      );
    },
  };
}

/** The bytes of an average attention as a share of those of an average block. */
function weighAttention(blocks: ModelDescription['blocks']): number {
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
  const attention = blocks
    .map(({ tensors }) =>
      sum(
        tensors
          .filter(({ name }) => isAttentionTensor(parseBlockName(name)?.rest ?? ''))
          .map(({ bytes }) => bytes),
      ),
    )
    .filter((bytes) => bytes > 0);
  const mean = (values: readonly number[]) => sum(values) / Math.max(1, values.length);
  return mean(attention) / mean(blocks.map(({ bytes }) => bytes));
}

import { PruneError } from '../errors.js';
import { fileLabel, formatCounted, type GgufHeader } from '../gguf/index.js';
import {
  checkAttention,
  checkDrop,
  findConstraints,
  listKeptBlocks,
  refuseUnknownArrays,
  type Drop,
  type DropConstraints,
  type ModelDescription,
} from '../model/index.js';
import {
  checkDropped,
  checkDroppedAttention,
  findLowest,
  formatBlockList,
  type ChoiceConstraints,
  type NamedAmount,
} from '../select/index.js';

/** A model whose blocks are to be chosen from. */
export interface Choosable {
  readonly header: GgufHeader;
  readonly description: ModelDescription;
}

export interface ChooseOptions {
  /** Choose only what runtimes that know periods read the same. Default: false. */
  readonly portable?: boolean | undefined;
}

/**
 * The `count` blocks of the lowest scores that can be dropped together.
 *
 * @param scores one for each block of the trunk
 * @throws PruneError DROP_REFUSED when no such number of blocks can be dropped
 */
export function chooseDroppable(
  { header, description }: Choosable,
  scores: readonly number[],
  count: number,
  options: ChooseOptions = {},
): readonly number[] {
  if (scores.length !== description.trunk) {
    throw new RangeError(`${scores.length} scores for ${description.trunk} blocks`);
  }
  if (count === 0) return [];
  refuseUnknownArrays(header, description.architecture, description.blocks.length);
  const constraints = findConstraints(header, description.architecture, description.blocks.length, options);
  const counted = constraints.explainCount(constraints.trunk - count);
  const choice = asChoice(constraints);
  const chosen = counted === undefined ? findLowest(scores, count, choice) : undefined;
  if (chosen !== undefined) return chosen;
  throw new PruneError(
    'DROP_REFUSED',
    `No ${formatCounted(count, 'block')} of ${fileLabel(header.path)} can be dropped together: ` +
      `${counted ?? explainConstraints(constraints)}. ${listPossible(constraints)}`,
  );
}

/**
 * Some blocks of that number that can be dropped together: what can be refused whichever they are can be refused by
 * these, before any work.
 * @throws PruneError DROP_REFUSED for a number of blocks that no choice could meet
 */
export function rehearseChoice(
  model: Choosable,
  count: number,
  options: ChooseOptions = {},
): readonly number[] {
  const even = Array.from({ length: model.description.trunk }, () => 0);
  return chooseDroppable(model, even, count, options);
}

/**
 * What a list of blocks means for a model.
 * @throws PruneError NO_SUCH_BLOCK; USAGE for a block named twice over, and when none would be left
 */
export function settleNamed(
  { header, description }: Choosable,
  { drop, dropAttention = [] }: NamedAmount,
): Drop {
  const label = fileLabel(header.path);
  const { length } = description.blocks;
  const dropped = checkDropped(drop, length, label);
  return { dropped, droppedAttention: checkDroppedAttention(dropAttention, dropped, length, label) };
}

/** Refuses what cannot be dropped together, before any work. @throws PruneError DROP_REFUSED */
export function checkNamed(
  { header, description }: Choosable,
  drop: Drop,
  options: ChooseOptions = {},
): void {
  const { architecture, blocks } = description;
  checkAttention(header, description, drop);
  const constraints = findConstraints(header, architecture, blocks.length, options);
  checkDrop(constraints, listKeptBlocks(drop, blocks.length), fileLabel(header.path));
}

export function asChoice({ protectedBlocks, places, keepOne }: DropConstraints): ChoiceConstraints {
  return {
    mayDrop: (block) => !protectedBlocks.has(block),
    mayStand: (block, position) => places.every((place) => place.mayStand(block, position)),
    keepOne: keepOne.map(({ blocks }) => blocks),
  };
}

function explainConstraints({ protectedBlocks, places, keepOne, trunk }: DropConstraints): string {
  const stay = (why: string) =>
    [...protectedBlocks].flatMap(([block, reason]) => (reason === why && block < trunk ? [block] : []));
  const reasons = [
    ...[...new Set(protectedBlocks.values())].map(
      (why) => `${formatBlockList(stay(why))} must stay, since ${why}`,
    ),
    ...places.map(({ demand }) => demand),
    ...keepOne.map(({ what }) => `one ${what} stays`),
  ];
  return reasons.join('; ');
}

/** Numbers of blocks that can be dropped, ascending. @throws PruneError DROP_REFUSED */
export function listDroppable(
  { header, description }: Choosable,
  options: ChooseOptions = {},
): readonly number[] {
  refuseUnknownArrays(header, description.architecture, description.blocks.length);
  return countPossible(findConstraints(header, description.architecture, description.blocks.length, options));
}

function listPossible(constraints: DropConstraints): string {
  const counts = countPossible(constraints);
  return counts.length === 0
    ? 'None can be dropped.'
    : `Numbers of blocks that can be dropped: ${formatBlockList(counts)}.`;
}

function countPossible(constraints: DropConstraints): readonly number[] {
  const { trunk, explainCount } = constraints;
  const choice = asChoice(constraints);
  const even = Array.from({ length: trunk }, () => 0);
  return Array.from({ length: trunk - 1 }, (_, i) => i + 1).filter(
    (count) => explainCount(trunk - count) === undefined && findLowest(even, count, choice) !== undefined,
  );
}

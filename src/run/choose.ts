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
import { findMetric, rankEvenly, type KeptEnds, type MetricName, type Ranking } from '../score/index.js';
import {
  checkDropped,
  checkDroppedAttention,
  findLowest,
  findLowestRun,
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
  /** Before blocks are scored: by what, since a metric may let some stay, or ask for a run. Default: none that does. */
  readonly metric?: MetricName | undefined;
}

/**
 * The `count` blocks of the lowest scores that can be dropped together, or the run of the lowest score.
 *
 * @param ranking of the blocks of the trunk
 * @throws PruneError DROP_REFUSED when no such number of blocks can be dropped
 */
export function chooseDroppable(
  { header, description }: Choosable,
  ranking: Ranking,
  count: number,
  options: ChooseOptions = {},
): readonly number[] {
  if (ranking.scores.length !== description.trunk) {
    throw new RangeError(`${ranking.scores.length} scores for ${description.trunk} blocks`);
  }
  if (count === 0) return [];
  refuseUnknownArrays(header, description.architecture, description.blocks.length);
  const constraints = findConstraints(header, description.architecture, description.blocks.length, options);
  const chosen = findDroppable(ranking, count, constraints);
  if (chosen !== undefined) return chosen;
  const counted = constraints.explainCount(constraints.trunk - count);
  const reasons = counted === undefined ? explainChoice(ranking, constraints) : [counted];
  throw new PruneError(
    'DROP_REFUSED',
    `No ${formatCounted(count, 'block')} of ${fileLabel(header.path)} can be dropped together: ` +
      `${reasons.join('; ')}. ${listPossible(ranking, constraints)}`,
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
  return chooseDroppable(model, rankAlike(options, model.description.trunk), count, options);
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

/** What {@link chooseDroppable} chooses; undefined where it would refuse. */
export function findDroppable(
  ranking: Ranking,
  count: number,
  constraints: DropConstraints,
): readonly number[] | undefined {
  const isCount = constraints.explainCount(constraints.trunk - count) === undefined;
  return isCount ? chooseAllowed(ranking, count, constraints) : undefined;
}

/** The choice among those drops that the metric and the architecture allow. */
function chooseAllowed(
  { scores, keptEnds, runs }: Ranking,
  count: number,
  constraints: DropConstraints,
): readonly number[] | undefined {
  const choice = asChoice(constraints);
  const { first, last } = keptEnds ?? { first: 0, last: 0 };
  const mayDrop = (block: number) => block >= first && block < scores.length - last && choice.mayDrop(block);
  return runs === undefined
    ? findLowest(scores, count, { ...choice, mayDrop })
    : findLowestRun(runs, count, { ...choice, mayDrop });
}

/** All blocks are alike; what stays by the metric stays. */
export function rankAlike({ metric }: ChooseOptions, blocks: number): Ranking {
  return rankEvenly(metric === undefined ? { isRun: false } : findMetric(metric), blocks);
}

function explainChoice({ keptEnds, runs }: Ranking, constraints: DropConstraints): readonly string[] {
  return [
    ...(keptEnds === undefined ? [] : [explainEnds(keptEnds, constraints.trunk)]),
    ...(runs === undefined ? [] : ['the metric drops blocks in a row']),
    ...explainConstraints(constraints),
  ];
}

function explainEnds({ first, last }: KeptEnds, trunk: number): string {
  return `by the metric the first ${first} and the last ${last} of ${formatCounted(trunk, 'block')} stay`;
}

function explainConstraints({ protectedBlocks, places, keepOne, trunk }: DropConstraints): readonly string[] {
  const stay = (why: string) =>
    [...protectedBlocks].flatMap(([block, reason]) => (reason === why && block < trunk ? [block] : []));
  return [
    ...[...new Set(protectedBlocks.values())].map(
      (why) => `${formatBlockList(stay(why))} must stay, since ${why}`,
    ),
    ...places.map(({ demand }) => demand),
    ...keepOne.map(({ what }) => `one ${what} stays`),
  ];
}

/**
 * What a ranking drops for each number of blocks that can be dropped, ascending; empty where none can.
 * @throws PruneError DROP_REFUSED
 */
export function listDrops(
  { header, description }: Choosable,
  ranking: Ranking,
  options: ChooseOptions = {},
): readonly (readonly number[])[] {
  refuseUnknownArrays(header, description.architecture, description.blocks.length);
  return listAllowed(
    ranking,
    findConstraints(header, description.architecture, description.blocks.length, options),
  );
}

function listPossible(ranking: Ranking, constraints: DropConstraints): string {
  const counts = listAllowed(ranking, constraints).map(({ length }) => length);
  return counts.length === 0
    ? `None can be dropped.${ranking.keptEnds === undefined ? '' : ' Choose another --metric.'}`
    : `Numbers of blocks that can be dropped: ${formatBlockList(counts)}.`;
}

function listAllowed(ranking: Ranking, constraints: DropConstraints): readonly (readonly number[])[] {
  return Array.from({ length: constraints.trunk - 1 }, (_, i) =>
    findDroppable(ranking, i + 1, constraints),
  ).filter((drop) => drop !== undefined);
}

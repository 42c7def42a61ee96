import { fileLabel, type GgufHeader } from '../gguf/index.js';
import { findArchitecture } from './architectures.js';
import { collectFacts, holds } from './facts.js';
import { isOneOfTheRest, statedKinds } from './period.js';
import type { ClassRule, CountMattersRule, ModelFacts, PerLayerRule } from './rules.js';

/** Blocks of which at least one must stay. */
export interface KeepOne {
  readonly blocks: readonly number[];
  readonly what: string;
}

/** Something that llama.cpp takes from a block's position, so that not every block may stand everywhere. */
export interface PlaceLimit {
  readonly what: string;
  /** What it asks of the kept blocks, in words. */
  readonly demand: string;
  /** What to do where a block may not stand. */
  readonly remedy: string;
  /** Whether a block may come to stand at a position among the kept ones. */
  readonly mayStand: (block: number, position: number) => boolean;
}

/** Which drops of a model the format can express. Blocks are given in the file's own numbers. */
export interface DropConstraints {
  readonly blocks: number;
  /** Blocks that a token passes through; those after them predict further tokens, and stay or go together. */
  readonly trunk: number;
  /** Why a block must stay. */
  readonly protectedBlocks: ReadonlyMap<number, string>;
  readonly places: readonly PlaceLimit[];
  readonly keepOne: readonly KeepOne[];
  /** Why no file of so many blocks can be made of this one; undefined when one can. */
  readonly explainCount: (kept: number) => string | undefined;
}

export interface ConstraintOptions {
  /** Keep what runtimes read that know periods only: no pattern becomes an array. Default: false. */
  readonly portable?: boolean | undefined;
}

/** @throws PruneError ARCHITECTURE_UNSUPPORTED */
export function findConstraints(
  header: GgufHeader,
  architecture: string,
  blocks: number,
  { portable = false }: ConstraintOptions = {},
): DropConstraints {
  const facts = collectFacts(header, architecture, blocks);
  const { rules } = findArchitecture(architecture, fileLabel(header.path));
  const each = <T>(take: (rule: PerLayerRule) => readonly T[]) => rules.flatMap(take);
  const reasons = each((rule) =>
    rule.kind === 'protect' && holds(rule.when, facts)
      ? rule.blocks(facts).map((block) => [block, rule.why] as const)
      : [],
  );
  return {
    blocks,
    trunk: facts.trunk,
    protectedBlocks: new Map(reasons),
    places: each((rule) => findPlaceLimit(rule, facts, portable)),
    keepOne: each((rule) => findKeepOne(rule, facts)),
    explainCount: (kept) =>
      each((rule) => {
        if (rule.kind === 'count-matters') return explainCount(rule, facts, kept);
        return portable && isStatedAsArray(rule, facts) && kept < facts.trunk
          ? [
              'the file has its pattern as an array already, which older runtimes do not read: --portable cannot help',
            ]
          : [];
      }).at(0),
  };
}

function findPlaceLimit(rule: PerLayerRule, facts: ModelFacts, portable: boolean): readonly PlaceLimit[] {
  if (rule.kind === 'first') {
    const mayStand = (block: number, position: number) =>
      position > 0 || block === 0 || rule.mayComeFirst(facts, block);
    const isFree = Array.from({ length: facts.trunk }, (_, block) => mayStand(block, 0)).every(Boolean);
    const demand = `not every block can come first, for llama.cpp takes ${rule.what} from the first`;
    return isFree ? [] : [{ what: rule.what, demand, remedy: noKey, mayStand }];
  }
  if (rule.kind === 'class') {
    const step =
      typeof rule.step === 'number' ? rule.step : (facts.getUint(rule.step.key) ?? rule.step.otherwise);
    if (step === 0 || !holds(rule.when, facts)) return [];
    return [keepClass(rule.what, (position) => classify(rule.of, step, position))];
  }
  if (rule.kind === 'period' && portable && holds(rule.when, facts)) {
    if (statedKinds(rule, facts) !== undefined) return [];
    const [rest, other] = rule.kinds;
    const what = `whether it is ${rest} or ${other}, by the period that older runtimes know`;
    return [
      {
        ...keepClass(what, (position) => Number(isOneOfTheRest(rule, facts, position))),
        remedy: notPortable,
      },
    ];
  }
  return [];
}

const noKey = 'the format has no key to say otherwise';
const notPortable = 'without --portable, the pattern would be written as an array';

/** Each block must come to stand where its class is the same. */
function keepClass(what: string, classOf: (position: number) => number): PlaceLimit {
  const demand = `each block keeps ${what}, which llama.cpp takes from its number`;
  return { what, demand, remedy: noKey, mayStand: (block, position) => classOf(block) === classOf(position) };
}

function classify(of: ClassRule['of'], step: number, position: number): number {
  switch (of) {
    case 'first':
      return Number(position % step === 0);
    case 'last':
      return Number((position + 1) % step === 0);
    case 'group':
      return Math.floor(position / step);
  }
}

function findKeepOne(rule: PerLayerRule, facts: ModelFacts): readonly KeepOne[] {
  if (rule.kind === 'keep-one') {
    const blocks = rule.blocks(facts).filter((block) => block < facts.trunk);
    return blocks.length === 0 ? [] : [{ blocks, what: rule.what }];
  }
  if (rule.kind !== 'period' || !holds(rule.when, facts)) return [];
  const trunk = Array.from({ length: facts.trunk }, (_, block) => block);
  const [rest, other] = rule.kinds;
  return [
    { blocks: trunk.filter((block) => isOneOfTheRest(rule, facts, block)), what: `${rest} block` },
    ...(rule.keepOne === 'rest'
      ? []
      : [{ blocks: trunk.filter((block) => !isOneOfTheRest(rule, facts, block)), what: `${other} block` }]),
  ].filter(({ blocks }) => blocks.length > 0);
}

/** Whether a pattern that older runtimes know by its period is written out. */
function isStatedAsArray(rule: PerLayerRule, facts: ModelFacts): boolean {
  return (
    rule.kind === 'period' &&
    rule.period > 0 &&
    holds(rule.when, facts) &&
    statedKinds(rule, facts) !== undefined
  );
}

function explainCount(rule: CountMattersRule, facts: ModelFacts, kept: number): readonly string[] {
  if (kept === facts.trunk || !holds(rule.when, facts)) return [];
  const counts = rule.counts(facts);
  const leaves = counts.includes(facts.trunk);
  const arrives = counts.includes(kept);
  if (rule.arrivingOnly ? !arrives || leaves : !arrives && !leaves) return [];
  return [
    `llama.cpp tells ${rule.what} by whether there are exactly ${arrives ? kept : facts.trunk} blocks, and the ` +
      `format has no key to say otherwise`,
  ];
}

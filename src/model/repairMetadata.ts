import { PruneError } from '../errors.js';
import {
  arrayShape,
  decodeValue,
  fileLabel,
  findEntry,
  makeArrayEntry,
  makeEntry,
  quoteName,
  removeEntry,
  replaceEntry,
  ValueType,
  type Entry,
  type GgufHeader,
  type Scalar,
  type ScalarType,
} from '../gguf/index.js';
import { findArchitecture } from './architectures.js';
import { checkDrop } from './checkDrop.js';
import { findConstraints } from './constraints.js';
import { collectFacts, holds } from './facts.js';
import { isOneOfTheRest, statedKinds } from './period.js';
import type {
  CountRule,
  FilterRule,
  ModelFacts,
  PerLayerRule,
  PeriodRule,
  PinRule,
  RemapRule,
} from './rules.js';
import { refuseUnknownArrays } from './unknownArrays.js';

/** A header, its architecture and the blocks that stay, ascending, in the header's own numbers. */
interface Drop {
  readonly header: GgufHeader;
  readonly architecture: string;
  readonly facts: ModelFacts;
  readonly kept: readonly number[];
}

/**
 * The metadata of the file with only the `kept` blocks left: their count and every per-layer key.
 * @throws PruneError DROP_REFUSED when the format cannot say what the kept blocks are
 */
export function repairMetadata(
  header: GgufHeader,
  architecture: string,
  blocks: number,
  kept: readonly number[],
): readonly Entry[] {
  if (kept.length === blocks) return header.entries;

  refuseUnknownArrays(header, architecture, blocks);
  checkDrop(findConstraints(header, architecture, blocks), kept, fileLabel(header.path));

  const drop: Drop = { header, architecture, facts: collectFacts(header, architecture, blocks), kept };
  const countKey = `${architecture}.block_count`;
  const countType = findEntry(header, countKey)?.type ?? ValueType.uint32;
  const counted = replaceEntry(header.entries, makeEntry(countKey, countType as ScalarType, kept.length));
  const { rules } = findArchitecture(architecture, fileLabel(header.path));
  return rules.reduce((entries, rule) => applyRule(entries, rule, drop), counted);
}

function applyRule(entries: readonly Entry[], rule: PerLayerRule, drop: Drop): readonly Entry[] {
  switch (rule.kind) {
    case 'filter':
      return filterArray(entries, rule, drop);
    case 'count':
      return recount(entries, rule, drop);
    case 'period':
      return repairPeriod(entries, rule, drop);
    case 'pin':
      return pinDefault(entries, rule, drop);
    case 'remap':
      return remapBlocks(entries, rule, drop);
    case 'class':
    case 'first':
    case 'keep-one':
    case 'protect':
    case 'count-matters':
    case 'slice':
    case 'scale':
      return entries; // not a matter of the metadata
  }
}

function filterArray(entries: readonly Entry[], rule: FilterRule, drop: Drop): readonly Entry[] {
  const { header, architecture, facts, kept } = drop;
  const key = rule.bare ? rule.key : `${architecture}.${rule.key}`;
  const entry = findEntry(header, key);
  if (entry?.type !== ValueType.array) return entries;
  const { elementType, count: length } = arrayShape(entry);
  const expected = rule.trunkOnly ? facts.trunk : facts.blocks;
  if (rule.anyLength ? length < facts.trunk : length !== expected) {
    throw new PruneError(
      'GGUF_DAMAGED',
      `${fileLabel(header.path)} has ${length} values under ${quoteName(key)}, but ${expected} blocks.`,
    );
  }
  const values = decodeValue(entry) as readonly Scalar[];
  return replaceEntry(
    entries,
    makeArrayEntry(
      key,
      elementType as ScalarType,
      kept.flatMap((block) => values.slice(block, block + 1)),
    ),
  );
}

function recount(entries: readonly Entry[], { key: suffix, at }: CountRule, drop: Drop): readonly Entry[] {
  const { header, architecture, facts, kept } = drop;
  const key = `${architecture}.${suffix}`;
  const count = facts.getUint(suffix);
  const type = findEntry(header, key)?.type;
  if (count === undefined || type === undefined) return entries;
  const among = (block: number) => (at === 'start' ? block < count : block >= facts.blocks - count);
  return replaceEntry(entries, makeEntry(key, type as ScalarType, kept.filter(among).length));
}

function repairPeriod(entries: readonly Entry[], rule: PeriodRule, drop: Drop): readonly Entry[] {
  const { architecture, facts, kept } = drop;
  if (!holds(rule.when, facts)) return entries;
  if (statedKinds(rule, facts) !== undefined) return entries; // filtered as every architecture's
  const isRest = (block: number) => isOneOfTheRest(rule, facts, block);
  const keptTrunk = kept.filter((block) => block < facts.trunk);
  if (keptTrunk.every((block, position) => isRest(block) === isRest(position))) return entries;
  return replaceEntry(
    removeEntry(entries, `${architecture}.${rule.periodKey}`),
    makeArrayEntry(`${architecture}.${rule.arrayKey}`, ValueType.bool, kept.map(isRest)),
  );
}

function pinDefault(entries: readonly Entry[], rule: PinRule, drop: Drop): readonly Entry[] {
  const key = `${drop.architecture}.${rule.key}`;
  const value = rule.value(drop.facts);
  const isStated = findEntry(drop.header, key) !== undefined && !rule.unheeded;
  if (value === undefined || isStated) return entries;
  return replaceEntry(entries, makeEntry(key, rule.type, value));
}

function remapBlocks(entries: readonly Entry[], rule: RemapRule, drop: Drop): readonly Entry[] {
  const key = `${drop.architecture}.${rule.key}`;
  const entry = findEntry(drop.header, key);
  if (entry?.type !== ValueType.array) return entries;
  const places = (decodeValue(entry) as readonly Scalar[]).map((block) => drop.kept.indexOf(Number(block)));
  return replaceEntry(
    entries,
    makeArrayEntry(
      key,
      arrayShape(entry).elementType as ScalarType,
      places.filter((place) => place !== -1),
    ),
  );
}

import { PruneError } from '../errors.js';
import {
  arrayShape,
  decodeValue,
  fileLabel,
  findEntry,
  getArray,
  getUint,
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
import { findArchitecture, unrelatedArrays, type PerLayerRule } from './architectures.js';

/** A header, its architecture and the blocks that stay, ascending, in the header's own numbers. */
interface Drop {
  readonly header: GgufHeader;
  readonly architecture: string;
  readonly count: number;
  readonly kept: readonly number[];
}

/**
 * The metadata of the file with only the `kept` blocks left: their count and every per-layer key.
 * @throws PruneError DROP_REFUSED when the format cannot say what the kept blocks are
 */
export function repairMetadata(
  header: GgufHeader,
  architecture: string,
  count: number,
  kept: readonly number[],
): readonly Entry[] {
  if (kept.length === count) return header.entries;

  const drop: Drop = { header, architecture, count, kept };
  const { rules } = findArchitecture(architecture, fileLabel(header.path));
  refuseUnknownArrays(drop, rules);

  const countKey = `${architecture}.block_count`;
  const countType = findEntry(header, countKey)?.type ?? ValueType.uint32;
  const counted = replaceEntry(header.entries, makeEntry(countKey, countType as ScalarType, kept.length));
  return rules.reduce((entries, rule) => applyRule(entries, rule, drop), counted);
}

function applyRule(entries: readonly Entry[], rule: PerLayerRule, drop: Drop): readonly Entry[] {
  switch (rule.kind) {
    case 'filter':
      return filterArray(entries, `${drop.architecture}.${rule.key}`, drop);
    case 'window-period':
      return repairWindowPattern(entries, rule, drop);
    case 'count-matters':
      return checkCount(entries, rule, drop);
  }
}

function filterArray(
  entries: readonly Entry[],
  key: string,
  { header, count, kept }: Drop,
): readonly Entry[] {
  const entry = findEntry(header, key);
  if (entry?.type !== ValueType.array) return entries;
  const { elementType, count: length } = arrayShape(entry);
  if (length !== count) {
    throw new PruneError(
      'GGUF_DAMAGED',
      `${fileLabel(header.path)} has ${length} values under ${quoteName(key)}, but ${count} blocks.`,
    );
  }
  const values = decodeValue(entry) as readonly Scalar[];
  return replaceEntry(
    entries,
    makeArrayEntry(
      key,
      elementType as ScalarType,
      values.filter((_, block) => kept.includes(block)),
    ),
  );
}

function repairWindowPattern(
  entries: readonly Entry[],
  rule: Extract<PerLayerRule, { kind: 'window-period' }>,
  drop: Drop,
): readonly Entry[] {
  const { header, architecture, kept } = drop;
  const key = `${architecture}.${rule.key}`;
  if ((getUint(header, `${architecture}.${rule.windowKey}`) ?? 0) === 0) return entries;

  const entry = findEntry(header, key);
  const stated = entry?.type === ValueType.array ? getArray(header, key)?.values : undefined;
  const period = stated === undefined ? (getUint(header, key) ?? rule.period) : 0;
  const isSliding = (position: number) =>
    stated === undefined ? isInWindowPart(position, period) : Boolean(stated[position]);
  if (!kept.some(isSliding)) {
    throw new PruneError(
      'DROP_REFUSED',
      `This drop would leave no block with a sliding window, which llama.cpp cannot load for the architecture ` +
        `${architecture}. Keep at least one of them.`,
    );
  }
  if (stated !== undefined) return filterArray(entries, key, drop);
  if (kept.every((block, position) => isSliding(block) === isSliding(position))) return entries;
  return replaceEntry(removeEntry(entries, key), makeArrayEntry(key, ValueType.bool, kept.map(isSliding)));
}

function checkCount(
  entries: readonly Entry[],
  { counts, what }: Extract<PerLayerRule, { kind: 'count-matters' }>,
  { header, architecture, count, kept }: Drop,
): readonly Entry[] {
  const matters = counts.find((special) => special === count || special === kept.length);
  if (matters === undefined) return entries;
  throw new PruneError(
    'DROP_REFUSED',
    `No block of ${fileLabel(header.path)} can be dropped to leave ${kept.length}: llama.cpp chooses ${what} of ` +
      `${architecture} models by whether they have exactly ${matters} blocks, and the format has no key to say otherwise.`,
  );
}

/**
 * Refuses what no choice of blocks could mend, before any is chosen.
 * @throws PruneError DROP_REFUSED
 */
export function checkDroppable(
  header: GgufHeader,
  architecture: string,
  count: number,
  keptCount: number,
): void {
  if (keptCount === count) return;
  const drop: Drop = {
    header,
    architecture,
    count,
    kept: Array.from({ length: keptCount }, (_, block) => block),
  };
  const { rules } = findArchitecture(architecture, fileLabel(header.path));
  refuseUnknownArrays(drop, rules);
  for (const rule of rules) if (rule.kind === 'count-matters') checkCount(header.entries, rule, drop);
}

function refuseUnknownArrays({ header, architecture, count }: Drop, rules: readonly PerLayerRule[]): void {
  const known = new Set(rules.flatMap((rule) => ('key' in rule ? [rule.key] : [])));
  for (const entry of header.entries) {
    const suffix = entry.key.startsWith(`${architecture}.`)
      ? entry.key.slice(architecture.length + 1)
      : undefined;
    if (suffix === undefined || entry.type !== ValueType.array) continue;
    if (known.has(suffix) || unrelatedArrays.has(suffix)) continue;
    if (arrayShape(entry).count !== count) continue;
    throw new PruneError(
      'DROP_REFUSED',
      `${fileLabel(header.path)} has one value a block under ${quoteName(entry.key)}, a key that this version does ` +
        `not know. Dropping a block could give the others wrong values, so none is dropped.`,
    );
  }
}

/** Whether block `index` reads only a window of the text, for architectures that mix both kinds; else undefined. */
export function findWindowKind(header: GgufHeader, architecture: string, index: number): boolean | undefined {
  const rule = findArchitecture(architecture, fileLabel(header.path)).rules.find(
    (candidate) => candidate.kind === 'window-period',
  );
  if (rule === undefined || (getUint(header, `${architecture}.${rule.windowKey}`) ?? 0) === 0)
    return undefined;
  const key = `${architecture}.${rule.key}`;
  const entry = findEntry(header, key);
  if (entry?.type === ValueType.array) return Boolean(getArray(header, key)?.values[index]);
  return isInWindowPart(index, getUint(header, key) ?? rule.period);
}

/** llama.cpp's rule for a period (`set_swa_pattern`): the last of every `period` blocks sees the whole text. */
function isInWindowPart(index: number, period: number): boolean {
  return period === 0 || index % period < period - 1;
}

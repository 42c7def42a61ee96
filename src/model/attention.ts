import { PruneError } from '../errors.js';
import {
  fileLabel,
  findEntry,
  makeArrayEntry,
  makeEntry,
  quoteName,
  replaceEntry,
  ValueType,
  type Entry,
  type GgufHeader,
} from '../gguf/index.js';
import { attentionArchitectures, findArchitecture } from './architectures.js';
import { parseBlockName, type ModelDescription } from './describe.js';
import { listKeptBlocks, type Drop } from './drop.js';
import { collectFacts } from './facts.js';
import type { AttentionRule, ModelFacts } from './rules.js';

/** A model whose attention may be asked about. */
type Attentive = Pick<ModelDescription, 'architecture' | 'blocks' | 'trunk'>;

/** Whether a tensor of a block, by its name in there, goes with the block's attention: its norm does, too. */
export function isAttentionTensor(rest: string): boolean {
  return rest.startsWith('attn_');
}

/**
 * Refuses a drop of attention that the format cannot express.
 * @throws PruneError DROP_REFUSED with the cause
 */
export function checkAttention(header: GgufHeader, description: Attentive, drop: Drop): void {
  if (drop.droppedAttention.length === 0) return;
  const why = explainAttention(header, description) ?? explainBlocks(header, description, drop);
  if (why !== undefined) throw new PruneError('DROP_REFUSED', `${fileLabel(header.path)}: ${why}.`);
}

/**
 * The blocks that have attention which can be dropped alone, by all but the block that comes first.
 * @throws PruneError DROP_REFUSED for a model of which no attention can
 */
export function listAttention(header: GgufHeader, description: Attentive): readonly number[] {
  const why = explainAttention(header, description);
  if (why !== undefined) throw new PruneError('DROP_REFUSED', `${fileLabel(header.path)}: ${why}.`);
  const { architecture, blocks } = description;
  const heads = countHeads(collectFacts(header, architecture, blocks.length)) ?? [];
  return heads.flatMap((count, block) => (count > 0 ? [block] : []));
}

/** Why attention cannot be dropped alone, whichever block's it is; undefined where it can. */
export function explainAttention(
  header: GgufHeader,
  { architecture, blocks, trunk }: Attentive,
): string | undefined {
  const rule = findArchitecture(architecture, fileLabel(header.path)).attention;
  if (rule === undefined) {
    return (
      `attention alone can be dropped from models of the architectures ${attentionArchitectures.join(' and ')}, since ` +
      `llama.cpp takes others, of which ${architecture} is one, to have it in every block; whole blocks can be dropped`
    );
  }
  const facts = collectFacts(header, architecture, blocks.length);
  if (trunk < blocks.length)
    return `it has blocks that predict further tokens, which ${rule.writtenAs} models have not`;
  const refusal = rule.refusals.find(({ when }) => when(facts));
  if (refusal !== undefined) return refusal.why;
  if (facts.getNumbers('feed_forward_length')?.includes(0)) {
    return 'llama.cpp passes over blocks without a feed-forward part, which this file has';
  }
  const foreign = blocks
    .flatMap(({ tensors }) => tensors)
    .find(({ name }) => !rule.tensors.test(parseBlockName(name)?.rest ?? ''));
  if (foreign !== undefined) {
    return (
      `without some attention it would be written as ${rule.writtenAs}, of which llama.cpp does not read the tensor ` +
      quoteName(foreign.name)
    );
  }
  const missing = ['attention.head_count', 'feed_forward_length'].find(
    (key) => listPerBlock(facts, key) === undefined,
  );
  return missing && `it lacks the key ${missing}, which would have to say of each block what it has`;
}

/** Feed-forward length of a block that is a linear map: the shortest that every type has whole blocks of. */
export const patchFeedForward = 32;

/**
 * Refuses linear maps in place of blocks where the format cannot express them.
 * @throws PruneError DROP_REFUSED with the cause
 */
export function checkPatches(
  header: GgufHeader,
  description: Attentive,
  kept: readonly number[],
  patched: readonly number[],
): void {
  if (patched.length === 0) return;
  const why = explainPatches(header, description, kept, patched);
  if (why !== undefined) {
    throw new PruneError(
      'DROP_REFUSED',
      `${fileLabel(header.path)}: no linear map can stand for blocks, as it would be one without attention: ${why}. ` +
        `Other ways of healing than patch need none.`,
    );
  }
}

/** Why linear maps cannot stand for blocks; undefined where they can. */
function explainPatches(
  header: GgufHeader,
  description: Attentive,
  kept: readonly number[],
  patched: readonly number[],
): string | undefined {
  const why = explainAttention(header, description);
  if (why !== undefined) return why;
  const [first = Infinity] = kept;
  return patched.some((block) => block < first)
    ? 'the block that comes first must be one of the model’s own: llama.cpp takes the size of all heads from it'
    : undefined;
}

function explainBlocks(
  header: GgufHeader,
  { architecture, blocks }: Attentive,
  drop: Drop,
): string | undefined {
  const heads = countHeads(collectFacts(header, architecture, blocks.length)) ?? [];
  const without = new Set(drop.droppedAttention);
  const gone = drop.droppedAttention.find((block) => !((heads[block] ?? 0) > 0));
  if (gone !== undefined) return `block ${gone} has no attention that could be dropped`;
  const [first = 0] = listKeptBlocks(drop, blocks.length);
  return without.has(first)
    ? `block ${first}, which comes first, must keep its attention: llama.cpp takes the size of all heads from it`
    : undefined;
}

/**
 * The header of the same model under the architecture that says of each block whether it has attention, with none in
 * the `droppedAttention` blocks and a linear map in its place in the `patched` ones; no tensor is changed.
 */
export function rewriteAttention(
  header: GgufHeader,
  { architecture, blocks }: Attentive,
  droppedAttention: readonly number[],
  patched: readonly number[] = [],
): { readonly header: GgufHeader; readonly architecture: string } {
  const rule = findArchitecture(architecture, fileLabel(header.path)).attention;
  if (rule === undefined || droppedAttention.length + patched.length === 0) return { header, architecture };
  const facts = collectFacts(header, architecture, blocks.length);
  const renamed = rename(header, architecture, rule);
  const entries = listShape(facts, droppedAttention, patched).reduce(
    (all, [key, value]) => setEntry(all, `${rule.writtenAs}.${key}`, value),
    renamed,
  );
  return { header: { ...header, entries }, architecture: rule.writtenAs };
}

/** The architecture's keys under the prefix of the one that the file is written as. */
function rename({ entries }: GgufHeader, from: string, { writtenAs: to }: AttentionRule): readonly Entry[] {
  if (from === to) return entries;
  const renamed = entries
    .filter(({ key }) => !key.startsWith(`${to}.`)) // which nothing has read so far
    .map((entry) =>
      entry.key.startsWith(`${from}.`) ? { ...entry, key: to + entry.key.slice(from.length) } : entry,
    );
  return replaceEntry(renamed, makeEntry('general.architecture', ValueType.string, to));
}

/** What the file has to say of its blocks: an array has a value for each, a number is only written where it is missing. */
function listShape(
  facts: ModelFacts,
  droppedAttention: readonly number[],
  patched: readonly number[],
): readonly (readonly [key: string, value: number | readonly number[]])[] {
  const set = (counts: readonly number[], blocks: readonly number[], value: number) =>
    counts.map((count, block) => (blocks.includes(block) ? value : count));
  const heads = countHeads(facts) ?? [];
  // llama.cpp's defaults
  const width = Math.floor((facts.getUint('embedding_length') ?? NaN) / (heads[0] ?? NaN));
  return [
    ['feed_forward_length', set(listPerBlock(facts, 'feed_forward_length') ?? [], patched, patchFeedForward)],
    ['attention.head_count', set(heads, droppedAttention, 0)],
    [
      'attention.head_count_kv',
      set(listPerBlock(facts, 'attention.head_count_kv') ?? heads, [...droppedAttention, ...patched], 0),
    ],
    ['attention.key_length', width],
    ['attention.value_length', width],
    ['rope.dimension_count', facts.getUint('attention.key_length') ?? width],
  ];
}

function setEntry(
  entries: readonly Entry[],
  key: string,
  value: number | readonly number[],
): readonly Entry[] {
  const found = findEntry({ path: '', entries }, key);
  if (typeof value !== 'number') {
    // what converters write, and the one type that every llama.cpp with the architecture reads
    return replaceEntry(entries, makeArrayEntry(key, ValueType.int32, value));
  }
  return found === undefined ? replaceEntry(entries, makeEntry(key, ValueType.uint32, value)) : entries;
}

function countHeads(facts: ModelFacts): readonly number[] | undefined {
  return listPerBlock(facts, 'attention.head_count');
}

function listPerBlock(facts: ModelFacts, key: string): readonly number[] | undefined {
  const all = facts.getUint(key);
  return (
    facts.getNumbers(key) ?? (all === undefined ? undefined : Array.from({ length: facts.blocks }, () => all))
  );
}

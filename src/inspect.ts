import {
  arrayShape,
  decodeValue,
  escapeUnsafe,
  fileLabel,
  readHeader,
  ggmlTypeName,
  ValueType,
  valueTypeName,
  type Entry,
  type GgufHeader,
} from './gguf/index.js';
import {
  describeModel,
  explainAttention,
  explainUnsupported,
  findBlockTraits,
  findConstraints,
  listAttention,
  type Block,
  type BlockTraits,
  type ModelDescription,
} from './model/index.js';

/** What is in a file, from its header alone. */
export interface Inspection {
  readonly file: string;
  readonly version: number;
  /** Of all parts. */
  readonly bytes: number;
  readonly alignment: number;
  /** The files that the model lies in: one, or the parts of a split model in order. */
  readonly parts: readonly { readonly file: string; readonly bytes: number; readonly tensors: number }[];
  readonly model: Omit<ModelDescription, 'blocks' | 'shared'>;
  readonly metadata: readonly { readonly key: string; readonly type: string; readonly value: string }[];
  readonly blocks: readonly BlockInspection[];
  /** What the choice of blocks has to respect, in words; a reason alone when no block can be dropped. */
  readonly limits: readonly string[];
  readonly attention: AttentionInspection;
  readonly shared: readonly { readonly name: string; readonly type: string; readonly bytes: number }[];
  /** Bytes by tensor type, the largest first. */
  readonly types: readonly { readonly type: string; readonly tensors: number; readonly bytes: number }[];
}

/** What can be dropped of attention alone. */
export interface AttentionInspection {
  /** Blocks that can lose it; the one that comes first is none of them. */
  readonly droppable: readonly number[];
  /** Why none can; null where some can. */
  readonly noneBecause: string | null;
}

export interface BlockInspection {
  readonly index: number;
  /** How it mixes tokens: by attention over all of the text or a part, a recurrent state, both, or not at all. */
  readonly kind: NonNullable<BlockTraits['mixing']> | 'none';
  readonly feedForward: BlockTraits['feedForward'];
  /** Attention heads, and those of keys and values; null for a block without attention. */
  readonly heads: number | null;
  readonly headsKv: number | null;
  /** Why it cannot be dropped; null when it can. */
  readonly staysBecause: string | null;
  readonly tensors: number;
  readonly bytes: number;
  readonly parameters: number;
  /** Tensor types of the block, the largest share first. */
  readonly types: readonly string[];
}

const longestValue = 60;

/**
 * Looks into a file without loading the model.
 * @throws PruneError for files that are no supported model
 */
export async function inspectFile(path: string): Promise<Inspection> {
  const header = await readHeader(path);
  const description = describeModel(header);
  const { blocks, shared, ...model } = description;
  const traits = findBlockTraits(header, description);
  const limits = findLimits(header, description);
  return {
    file: path,
    version: header.version,
    bytes: header.fileBytes,
    alignment: header.alignment,
    parts: header.parts.map((part) => ({
      file: fileLabel(part.path),
      bytes: part.fileBytes,
      tensors: part.tensors.length,
    })),
    model,
    metadata: header.entries.map((entry) => ({
      key: entry.key,
      type: valueTypeName(entry.type),
      value: describeValue(entry),
    })),
    blocks: blocks.map((block) => ({
      index: block.index,
      kind: traits[block.index]?.mixing ?? 'none',
      feedForward: traits[block.index]?.feedForward ?? 'none',
      heads: traits[block.index]?.heads ?? null,
      headsKv: traits[block.index]?.headsKv ?? null,
      staysBecause: limits.byBlock.get(block.index) ?? null,
      tensors: block.tensors.length,
      bytes: block.bytes,
      parameters: block.parameters,
      types: sumByType(block.tensors).map(({ type }) => type),
    })),
    limits: limits.ofModel,
    attention: inspectAttention(header, description),
    shared: shared.map(({ name, type, bytes }) => ({ name, type: ggmlTypeName(type), bytes })),
    types: sumByType(header.tensors),
  };
}

interface Limits {
  readonly byBlock: ReadonlyMap<number, string>;
  readonly ofModel: readonly string[];
}

function findLimits(header: GgufHeader, { architecture, blocks, trunk }: ModelDescription): Limits {
  const unsupported = explainUnsupported(architecture);
  if (unsupported !== undefined) {
    return { byBlock: new Map(blocks.map(({ index }) => [index, unsupported])), ofModel: [unsupported] };
  }
  const { protectedBlocks, places, keepOne } = findConstraints(header, architecture, blocks.length);
  return {
    byBlock: protectedBlocks,
    ofModel: [
      ...places.map(({ demand }) => demand),
      ...keepOne.map(({ what }) => `at least one ${what} stays`),
      ...(trunk < blocks.length
        ? [
            `blocks ${trunk} to ${blocks.length - 1} predict further tokens: all of them can be dropped, or none`,
          ]
        : []),
    ],
  };
}

function inspectAttention(header: GgufHeader, description: ModelDescription): AttentionInspection {
  const why = explainUnsupported(description.architecture) ?? explainAttention(header, description);
  if (why !== undefined) return { droppable: [], noneBecause: why };
  const droppable = listAttention(header, description).filter((block) => block > 0);
  const none = droppable.length === 0 ? 'there is none beside that of the first block' : null;
  return { droppable, noneBecause: none };
}

function describeValue(entry: Entry): string {
  if (entry.type === ValueType.array) {
    const { elementType, count } = arrayShape(entry);
    const shown =
      count <= 8 && elementType !== ValueType.array
        ? `: ${(decodeValue(entry) as unknown[]).join(', ')}`
        : '';
    return shorten(`${count} × ${valueTypeName(elementType)}${shown}`);
  }
  return shorten(String(decodeValue(entry)));
}

/** In one line, safe to print, no longer than a table bears. */
function shorten(text: string): string {
  const characters = Array.from(text.slice(0, 2 * longestValue + 2));
  const isLong = characters.length > longestValue;
  return escapeUnsafe(isLong ? `${characters.slice(0, longestValue - 1).join('')}…` : text);
}

function sumByType(tensors: Block['tensors']): Inspection['types'] {
  const sums = new Map<number, { tensors: number; bytes: number }>();
  for (const { type, bytes } of tensors) {
    const sum = sums.get(type) ?? { tensors: 0, bytes: 0 };
    sums.set(type, { tensors: sum.tensors + 1, bytes: sum.bytes + bytes });
  }
  return [...sums]
    .map(([type, sum]) => ({ type: ggmlTypeName(type), ...sum }))
    .sort((a, b) => b.bytes - a.bytes);
}

import { PruneError } from '../errors.js';
import {
  countElements,
  escapeUnsafe,
  fileLabel,
  formatCounted,
  getString,
  getUint,
  ggmlTypeName,
  quoteName,
  type GgufHeader,
  type TensorInfo,
} from '../gguf/index.js';
import { findArchitecture } from './architectures.js';
import { collectFacts } from './facts.js';
import { findFileType } from './fileTypes.js';

/** One transformer block: the tensors named `blk.<index>.…`. */
export interface Block {
  readonly index: number;
  readonly tensors: readonly TensorInfo[];
  /** Payload bytes of its tensors, without padding. */
  readonly bytes: number;
  readonly parameters: number;
}

/** What a GGUF file says of the model in it. */
export interface ModelDescription {
  readonly architecture: string;
  /** `general.name`, or the file's name. */
  readonly name: string;
  /** How the file was quantised, e.g. `Q4_K_M`; without that key the type of most bytes in blocks, e.g. `Q4_K`. */
  readonly quantisation: string;
  readonly parameters: number;
  readonly contextLength: number | undefined;
  readonly embeddingLength: number | undefined;
  readonly blocks: readonly Block[];
  /** Blocks that a token passes through. Those after them predict further tokens, and may be missing in the file. */
  readonly trunk: number;
  /** Tensors outside of blocks: embeddings, output head, final norm. */
  readonly shared: readonly TensorInfo[];
}

/** The block that a tensor belongs to, and its name in there; undefined for tensors outside of blocks. */
export function parseBlockName(name: string): { readonly block: number; readonly rest: string } | undefined {
  const match = /^blk\.(0|[1-9]\d*)\.(.*)$/s.exec(name);
  return match === null ? undefined : { block: Number(match[1]), rest: match[2] ?? '' };
}

/**
 * Describes the model in a file.
 * @throws PruneError NOT_A_MODEL for GGUF files that hold something else; GGUF_DAMAGED when blocks and metadata
 *   contradict each other; ARCHITECTURE_UNSUPPORTED for one that does not say how many blocks it has
 */
export function describeModel(header: GgufHeader): ModelDescription {
  const architecture = checkIsModel(header);
  const count = countBlocks(header, architecture);
  const { trunk } = collectFacts(header, architecture, count);
  const { shared, blocks } = groupTensors(header, count, trunk);
  return {
    architecture,
    name: escapeUnsafe(getString(header, 'general.name') ?? fileLabel(header.path)),
    quantisation:
      findFileType(getUint(header, 'general.file_type') ?? NaN) ??
      findMainType(blocks.flatMap(({ tensors }) => tensors)),
    parameters: header.tensors.reduce((sum, tensor) => sum + countParameters(tensor), 0),
    contextLength: getUint(header, `${architecture}.context_length`),
    embeddingLength: getUint(header, `${architecture}.embedding_length`),
    blocks,
    trunk,
    shared,
  };
}

/** What GGUF files hold besides language models, by type or architecture. */
const otherContents: ReadonlyMap<string, string> = new Map([
  ['clip', 'a multimodal projector'],
  ['mmproj', 'a multimodal projector'],
  ['adapter', 'a LoRA adapter'],
  ['imatrix', 'an importance matrix'],
  ['none', 'something unknown (the key general.architecture is missing)'],
]);

function checkIsModel(header: GgufHeader): string {
  const label = fileLabel(header.path);
  const type = getString(header, 'general.type');
  const architecture = getString(header, 'general.architecture');
  const isModel = type === undefined || type === 'model';
  if (!isModel || architecture === undefined || otherContents.has(architecture)) {
    const what = isModel ? (architecture ?? 'none') : architecture === 'clip' ? architecture : type;
    throw new PruneError(
      'NOT_A_MODEL',
      `${label} holds ${otherContents.get(what) ?? `something of type ${quoteName(what)}`}, not a language model. ` +
        `Pass the model's own GGUF file.`,
    );
  }
  return architecture;
}

function countBlocks(header: GgufHeader, architecture: string): number {
  const count = getUint(header, `${architecture}.block_count`);
  if (count !== undefined && count > header.tensors.length) {
    throw new PruneError(
      'GGUF_DAMAGED',
      `${fileLabel(header.path)} cannot have ${count} blocks, as its metadata says: it has ` +
        `${formatCounted(header.tensors.length, 'tensor')}.`,
    );
  }
  if (count !== undefined && count > 0) return count;
  findArchitecture(architecture, fileLabel(header.path)); // one that is not known may count otherwise
  throw new PruneError(
    'GGUF_DAMAGED',
    `${fileLabel(header.path)} does not say how many blocks it has: the key "${architecture}.block_count" is ` +
      `${count === undefined ? 'missing' : '0'}.`,
  );
}

function groupTensors(
  header: GgufHeader,
  count: number,
  trunk: number,
): Pick<ModelDescription, 'shared' | 'blocks'> {
  const label = fileLabel(header.path);
  const shared: TensorInfo[] = [];
  const byBlock = new Map<number, TensorInfo[]>();
  for (const tensor of header.tensors) {
    const index = parseBlockName(tensor.name)?.block;
    if (index === undefined) {
      shared.push(tensor);
      continue;
    }
    if (index >= count) {
      throw new PruneError(
        'GGUF_DAMAGED',
        `${label} has the tensor ${quoteName(tensor.name)}, but by its metadata only ${formatCounted(count, 'block')}.`,
      );
    }
    byBlock.set(index, [...(byBlock.get(index) ?? []), tensor]);
  }
  const blocks = Array.from({ length: count }, (_, index) => {
    const tensors = byBlock.get(index) ?? [];
    if (tensors.length === 0 && index < trunk) {
      throw new PruneError('GGUF_DAMAGED', `${label} has no tensors of block ${index} of ${count}.`);
    }
    const bytes = tensors.reduce((sum, tensor) => sum + tensor.bytes, 0);
    const parameters = tensors.reduce((sum, tensor) => sum + countParameters(tensor), 0);
    return { index, tensors, bytes, parameters };
  });
  return { shared, blocks };
}

function countParameters({ dimensions }: TensorInfo): number {
  return Number(countElements(dimensions));
}

function findMainType(tensors: readonly TensorInfo[]): string {
  const bytes = new Map<number, number>();
  for (const tensor of tensors) bytes.set(tensor.type, (bytes.get(tensor.type) ?? 0) + tensor.bytes);
  const [main] = [...bytes].sort(([, a], [, b]) => b - a);
  return main === undefined ? 'none' : ggmlTypeName(main[0]);
}

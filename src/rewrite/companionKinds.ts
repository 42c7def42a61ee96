import {
  findEntry,
  getString,
  makeEntry,
  replaceEntry,
  ValueType,
  type Entry,
  type GgufHeader,
  type ScalarType,
  type TensorInfo,
} from '../gguf/index.js';
import { findSlices, type ModelDescription } from '../model/index.js';
import { blockTensors, type BlockNaming } from './keepTensors.js';

/** The model that companions go with. */
export interface CompanionModel {
  readonly header: GgufHeader;
  readonly description: ModelDescription;
}

/** What is to be known of a kind of companion, from what llama.cpp makes of it. */
export interface CompanionRules {
  /** For messages. */
  readonly noun: string;
  readonly isKind: (header: GgufHeader) => boolean;
  readonly naming: BlockNaming;
  /** The lowest block that a tensor may be of. */
  readonly firstBlock: number;
  /** Whether llama.cpp takes a file that has no tensors left. */
  readonly mayBeEmpty: boolean;
  /** Why a tensor is none of this kind, or not for this model, as the rest of a sentence; undefined where all is well. */
  readonly findConflict: (tensor: TensorInfo, model: CompanionModel) => string | undefined;
  /** The metadata for a number of tensors, beside a model of an architecture. */
  readonly repair?: (header: GgufHeader, tensors: number, architecture: string) => readonly Entry[];
}

/** `direction.<block>…`: added to the output of that block (`build_cvec`). What follows the number, llama.cpp ignores. */
const directions: BlockNaming = (name) => {
  const match = /^direction\.(\d+)(.*)$/s.exec(name);
  return match === null
    ? undefined
    : {
        block: Number(match[1]),
        ofAttention: false,
        rename: (block) => `direction.${block}${match[2] ?? ''}`,
      };
};

const imatrix: CompanionRules = {
  noun: 'an importance matrix',
  isKind: (header) => getString(header, 'general.type') === 'imatrix',
  naming: blockTensors,
  firstBlock: 0,
  mayBeEmpty: false,
  findConflict: ({ name, dimensions }, model) => {
    const weight = findTensor(model, name.replace(/\.in_sum2$/, ''));
    return weight === undefined ? undefined : compareWidth(dimensions[0], weight.dimensions[0]);
  },
};

const lora: CompanionRules = {
  noun: 'a LoRA adapter',
  isKind: (header) =>
    getString(header, 'general.type') === 'adapter' && getString(header, 'adapter.type') === 'lora',
  naming: blockTensors,
  firstBlock: 0,
  mayBeEmpty: true,
  findConflict: ({ name, dimensions }, model) => {
    if (name.endsWith('_norm.weight')) return undefined; // llama.cpp passes them over
    const base = name.replace(/\.lora_[ab]$/, '');
    if (base === name) return 'is neither of a pair .lora_a and .lora_b';
    const weight = findTensor(model, base);
    if (weight === undefined) return 'is for a tensor that the model does not have';
    if (findSlices(model.description.architecture).some(({ tensor }) => tensor === base)) {
      return 'changes a tensor that is cut when blocks are dropped, which is not done to adapters';
    }
    // of the embedding, both are the other way round
    const isWidth = name.endsWith('.lora_a') && base !== 'token_embd.weight';
    return isWidth ? compareWidth(dimensions[0], weight.dimensions[0]) : undefined;
  },
  // llama.cpp takes an adapter for models of its own architecture alone
  repair: (header, _tensors, architecture) =>
    replaceEntry(header.entries, makeEntry('general.architecture', ValueType.string, architecture)),
};

const layerCountKey = 'controlvector.layer_count';

const controlVector: CompanionRules = {
  noun: 'a control vector',
  isKind: (header) => getString(header, 'general.architecture') === 'controlvector',
  naming: directions,
  firstBlock: 1,
  mayBeEmpty: false,
  findConflict: ({ name, dimensions }, { description }) =>
    directions(name) === undefined
      ? 'is no direction.<block>'
      : compareWidth(dimensions[0], description.embeddingLength),
  // what writes control vectors counts the directions there, what reads them does not look
  repair: (header, tensors) => {
    const entry = findEntry(header, layerCountKey);
    return entry === undefined
      ? header.entries
      : replaceEntry(header.entries, makeEntry(layerCountKey, entry.type as ScalarType, tensors));
  },
};

/** Kinds of files that go with a model and name its blocks. */
export const companionKinds = { imatrix, lora, 'control-vector': controlVector } as const;

export type CompanionKind = keyof typeof companionKinds;

function findTensor({ header }: CompanionModel, name: string): TensorInfo | undefined {
  return header.tensors.find((tensor) => tensor.name === name);
}

function compareWidth(found: number | undefined, wanted: number | undefined): string | undefined {
  if (wanted === undefined || found === wanted) return undefined;
  return `is ${found ?? 1} wide, where the model needs ${wanted}`;
}

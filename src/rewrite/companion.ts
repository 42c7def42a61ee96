import { PruneError } from '../errors.js';
import {
  fileLabel,
  getString,
  quoteName,
  readHeader,
  type Entry,
  type GgufHeader,
  type TensorInfo,
} from '../gguf/index.js';
import { companionKinds, type CompanionKind, type CompanionModel } from './companionKinds.js';
import { keepTensors } from './keepTensors.js';
import { mergeEntries, type DropPlan } from './plan.js';
import { planFiles, type RewritePlan } from './planFiles.js';

/** A file that goes with a model, and that a drop of blocks has to change as well. */
export interface Companion {
  readonly kind: CompanionKind;
  readonly header: GgufHeader;
}

/**
 * Reads a companion and checks that it goes with the model.
 * @throws PruneError COMPANION when it is of another kind or of another model; what the GGUF reader throws
 */
export async function readCompanion(
  kind: CompanionKind,
  path: string,
  model: CompanionModel,
): Promise<Companion> {
  const header = await readHeader(path).catch((error: unknown) => {
    throw kind === 'imatrix' ? explainOldFormat(error, path) : error;
  });
  checkKind(kind, header, model);
  for (const tensor of header.tensors) checkTensor(kind, header, tensor, model);
  return { kind, header };
}

/**
 * Plans a companion for what is kept of its model: no I/O.
 * @throws PruneError DROP_REFUSED when the file cannot say what is left
 */
export function planCompanion(
  { kind, header }: Companion,
  model: Pick<DropPlan, 'kept' | 'droppedAttention' | 'architecture'> & Partial<Pick<DropPlan, 'standing'>>,
  provenance: readonly Entry[],
): RewritePlan {
  const { kept, architecture } = model;
  const { naming, firstBlock, mayBeEmpty, repair } = companionKinds[kind];
  const label = fileLabel(header.path);
  const lowest = kept.slice(0, firstBlock);
  const lost = header.tensors.find(({ name }) => lowest.includes(naming(name)?.block ?? NaN));
  if (lost !== undefined) {
    throw new PruneError(
      'DROP_REFUSED',
      `Without the blocks before it, block ${lowest.at(-1) ?? 0} becomes the first, for which llama.cpp takes no ` +
        `${quoteName(lost.name)} of ${label}. Keep an earlier block, or prune the model without this file.`,
    );
  }
  const tensors = keepTensors(header, model, naming);
  if (tensors.length === 0 && !mayBeEmpty) {
    throw new PruneError(
      'DROP_REFUSED',
      `Nothing of ${label} would be left: all that it holds is of what is dropped. Prune the model without this file.`,
    );
  }
  const repaired = repair === undefined ? header.entries : repair(header, tensors.length, architecture);
  const entries = provenance.length === 0 ? repaired : mergeEntries(repaired, provenance);
  return planFiles(header, { entries, tensors });
}

function checkKind(kind: CompanionKind, header: GgufHeader, { description }: CompanionModel): void {
  const { noun, isKind } = companionKinds[kind];
  const label = fileLabel(header.path);
  const architecture = getString(header, 'general.architecture');
  if (!isKind(header)) {
    throw new PruneError('COMPANION', `${label} is given as ${noun}, but it is ${describeContents(header)}.`);
  }
  if (kind === 'lora' && architecture !== description.architecture) {
    throw new PruneError(
      'COMPANION',
      `${label} is a LoRA adapter for the architecture ${quoteName(architecture ?? '')}; the model is ` +
        `${description.architecture}.`,
    );
  }
}

function describeContents(header: GgufHeader): string {
  const known = Object.values(companionKinds).find(({ isKind }) => isKind(header));
  if (known !== undefined) return known.noun;
  const type = getString(header, 'general.type');
  const architecture = getString(header, 'general.architecture');
  if (type === 'mmproj' || architecture === 'clip')
    return 'a multimodal projector, which stays as it is when blocks are dropped';
  if (type !== undefined && type !== 'model') return `of the type ${quoteName(type)}`;
  return architecture === undefined
    ? 'something unknown'
    : `a model of the architecture ${quoteName(architecture)}`;
}

function checkTensor(
  kind: CompanionKind,
  header: GgufHeader,
  tensor: TensorInfo,
  model: CompanionModel,
): void {
  const { naming, firstBlock, findConflict } = companionKinds[kind];
  const count = model.description.blocks.length;
  const block = naming(tensor.name)?.block ?? firstBlock;
  const conflict =
    block < firstBlock || block >= count
      ? `is of none of the blocks ${firstBlock} to ${count - 1}`
      : findConflict(tensor, model);
  if (conflict === undefined) return;
  throw new PruneError(
    'COMPANION',
    `${fileLabel(header.path)} does not go with ${fileLabel(model.header.path)}: its tensor ` +
      `${quoteName(tensor.name)} ${conflict}.`,
  );
}

/** Importance matrices used to be written in a format of their own. */
function explainOldFormat(error: unknown, path: string): unknown {
  if (!(error instanceof PruneError) || error.code !== 'NOT_GGUF') return error;
  return new PruneError(
    'COMPANION',
    `${fileLabel(path)} is not a GGUF file. If it is an importance matrix in the old binary format (.dat), convert it ` +
      `first: llama-imatrix --in-file ${fileLabel(path)} -o imatrix.gguf.`,
    { cause: error },
  );
}

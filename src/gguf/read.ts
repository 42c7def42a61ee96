import { PruneError } from '../errors.js';
import { getUint } from './lookup.js';
import { readPart } from './readPart.js';
import { isSplitKey, MAX_PARTS, SPLIT_COUNT_KEY, SPLIT_NO_KEY, SPLIT_TENSORS_KEY } from './splitKeys.js';
import { namePart } from './splitNames.js';
import type { GgufHeader, GgufPart, TensorInfo } from './types.js';
import { fileLabel, formatCount, quoteName } from './wording.js';

/**
 * Reads what a model's file says of it; of a split model, given by its first part, the files of all parts. Where the
 * other parts lie follows from the name of the first, as in llama.cpp.
 *
 * Throws what `readPart` throws; NOT_A_MODEL when another part than the first is named, GGUF_UNSUPPORTED when parts
 * cannot be found by name, FILE_NOT_FOUND when one is missing, GGUF_DAMAGED when they do not belong together.
 */
export async function readHeader(path: string): Promise<GgufHeader> {
  const first = await readPart(path);
  const count = getUint(first, SPLIT_COUNT_KEY) ?? 0;
  if (count <= 1) return joinParts([first], first.entries);

  checkFirst(first, count);
  const others: GgufPart[] = [];
  for (let index = 1; index < count; index += 1) others.push(await readOther(first, index, count));
  const header = joinParts(
    [first, ...others],
    first.entries.filter((entry) => !isSplitKey(entry)),
  );
  checkTensors(header);
  return header;
}

function joinParts(parts: GgufHeader['parts'], entries: GgufHeader['entries']): GgufHeader {
  const [{ path, version, alignment }] = parts;
  const tensors = parts.flatMap((part, index) =>
    part.tensors.map((tensor): TensorInfo => ({ ...tensor, part: index })),
  );
  const fileBytes = parts.reduce((sum, part) => sum + part.fileBytes, 0);
  return { path, version, entries, alignment, tensors, parts, fileBytes };
}

function checkFirst(first: GgufPart, count: number): void {
  const label = fileLabel(first.path);
  if (count > MAX_PARTS) {
    throw new PruneError(
      'GGUF_DAMAGED',
      `${label} cannot be one of ${formatCount(count)} parts, as its metadata says: a model has at most ` +
        `${formatCount(MAX_PARTS)}.`,
    );
  }
  const index = getUint(first, SPLIT_NO_KEY);
  const wanted = namePart(first.path, 0, count);
  if (index !== 0) {
    const which = index === undefined ? 'one part' : `part ${formatCount(index + 1)}`;
    throw new PruneError(
      'NOT_A_MODEL',
      `${label} is ${which} of a model that is split into ${formatCount(count)}. Pass the first: ${fileLabel(wanted)}.`,
    );
  }
  if (first.path === wanted) return;
  throw new PruneError(
    'GGUF_UNSUPPORTED',
    `${label} is the first of ${formatCount(count)} parts, but not named so; the others are found by its name. Name ` +
      `the parts ${fileLabel(wanted)} and so on, or join them: llama-gguf-split --merge <first part> <output>.`,
  );
}

async function readOther(first: GgufPart, index: number, count: number): Promise<GgufPart> {
  const path = namePart(first.path, index, count);
  const part = await readPart(path).catch((error: unknown) => {
    if (!(error instanceof PruneError) || error.code !== 'FILE_NOT_FOUND') throw error;
    throw new PruneError(
      'FILE_NOT_FOUND',
      `${fileLabel(first.path)} is the first of ${formatCount(count)} parts, and ${fileLabel(path)} is missing. All ` +
        `parts must lie in the same folder.`,
      { cause: error },
    );
  });
  for (const [key, expected] of [
    [SPLIT_NO_KEY, index],
    [SPLIT_COUNT_KEY, count],
    [SPLIT_TENSORS_KEY, getUint(first, SPLIT_TENSORS_KEY)],
  ] as const) {
    const found = getUint(part, key);
    if (found !== expected) throw strange(first, part, key, found, expected);
  }
  return part;
}

function strange(
  first: GgufPart,
  part: GgufPart,
  key: string,
  found: number | undefined,
  expected: number | undefined,
): PruneError {
  const say = (value: number | undefined) => (value === undefined ? 'nothing' : formatCount(value));
  return new PruneError(
    'GGUF_DAMAGED',
    `${fileLabel(part.path)} does not belong to ${fileLabel(first.path)}: it says ${say(found)} under ` +
      `${quoteName(key)}, where ${say(expected)} is needed. It may be of another model, or named wrongly.`,
  );
}

/** As llama.cpp checks them: every tensor once, and as many as were announced. */
function checkTensors({ tensors, parts }: GgufHeader): void {
  const [first] = parts;
  const homes = new Map<string, number>();
  for (const { name, part } of tensors) {
    const home = homes.get(name);
    if (home !== undefined) {
      throw new PruneError(
        'GGUF_DAMAGED',
        `${fileLabel(parts[home]?.path ?? '')} and ${fileLabel(parts[part]?.path ?? '')} both hold the tensor ` +
          `${quoteName(name)}. One of them may be of another model.`,
      );
    }
    homes.set(name, part);
  }
  const announced = getUint(first, SPLIT_TENSORS_KEY);
  if (announced === tensors.length) return;
  throw new PruneError(
    'GGUF_DAMAGED',
    `The ${formatCount(parts.length)} parts of ${fileLabel(first.path)} hold ${formatCount(tensors.length)} tensors, ` +
      `but ${announced === undefined ? 'it does not say how many there must be' : `${formatCount(announced)} are announced`}. ` +
      `A part may be of another model.`,
  );
}

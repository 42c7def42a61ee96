import { PruneError } from '../errors.js';
import type { FileCursor } from './cursor.js';
import { MIN_ENTRY_BYTES, MIN_TENSOR_BYTES } from './limits.js';
import { fileLabel, formatCount, formatCounted, quoteName } from './wording.js';

/** What the first 24 bytes of a GGUF file say. */
export interface Preamble {
  readonly version: number;
  readonly tensorCount: number;
  readonly entryCount: number;
}

const MAGIC = 'GGUF';

/** What other files start with that are often given in place of a GGUF file. */
const OTHER_FORMATS: readonly (readonly [start: string, hint: string])[] = [
  ['vers', 'It looks like a Git LFS pointer: fetch the real file with "git lfs pull".'],
  ['<!do', 'It looks like a web page: download the file itself, not the page about it.'],
  ['<htm', 'It looks like a web page: download the file itself, not the page about it.'],
  ['PK\x03\x04', 'It looks like a zip archive or a PyTorch model: convert the model to GGUF first.'],
  ['lmgg', 'It is a model in the old GGML format: convert the original model to GGUF.'],
  ['tjgg', 'It is a model in the old GGJT format: convert the original model to GGUF.'],
];

/**
 * Reads magic, version and counts, and checks that the counts can fit in the file. Throws NOT_GGUF,
 * GGUF_UNSUPPORTED for other versions and for big-endian files, and GGUF_DAMAGED.
 */
export async function readPreamble(cursor: FileCursor): Promise<Preamble> {
  await checkMagic(cursor);
  cursor.enter('the preamble', 'version');
  const version = await cursor.readUint32();
  checkVersion(cursor.file.path, version);
  cursor.enter('the preamble', 'tensor count');
  const tensorCount = await cursor.readCount('the tensor count');
  checkCount(cursor, tensorCount, 'tensor', MIN_TENSOR_BYTES);
  cursor.enter('the preamble', 'key count');
  const entryCount = await cursor.readCount('the key count');
  checkCount(cursor, entryCount, 'key', MIN_ENTRY_BYTES);
  return { version, tensorCount, entryCount };
}

async function checkMagic(cursor: FileCursor): Promise<void> {
  const { path, bytes } = cursor.file;
  const refuse = (why: string) =>
    new PruneError(
      'NOT_GGUF',
      `${fileLabel(path)} is not a GGUF file: ${why} A GGUF file starts with "GGUF".`,
    );
  if (bytes === 0) throw refuse('it is empty (0 bytes).');
  if (bytes < MAGIC.length) throw refuse(`it is only ${formatCounted(bytes, 'byte')} long.`);
  const start = Buffer.from(await cursor.readBytes(MAGIC.length)).toString('latin1');
  if (start === MAGIC) return;
  const hint = OTHER_FORMATS.find(([other]) => other === start.toLowerCase() || other === start)?.[1];
  throw refuse(`it starts with ${quoteName(start)}.${hint === undefined ? '' : ` ${hint}`}`);
}

function checkVersion(path: string, version: number): void {
  if (version === 2 || version === 3) return;
  const label = fileLabel(path);
  const shown = formatCount(version);
  // The test of llama.cpp: a small version number leaves these bits empty only when swapped.
  if (version !== 0 && version % 0x1_0000 === 0) {
    throw new PruneError(
      'GGUF_UNSUPPORTED',
      `${label} is a big-endian GGUF file: its version looks byte-swapped (${shown}, at byte 4). ` +
        'Only little-endian files can be read; gguf-convert-endian from the Python package gguf converts them.',
    );
  }
  throw new PruneError(
    'GGUF_UNSUPPORTED',
    `${label} has GGUF version ${shown} (at byte 4), ${describeVersion(version)}. ` +
      'Versions 2 and 3 can be read.',
  );
}

function describeVersion(version: number): string {
  if (version === 0) return 'which does not exist';
  return version === 1
    ? 'which has 32-bit lengths and is no longer in use'
    : 'which is newer than this program';
}

function checkCount(cursor: FileCursor, count: number, noun: string, leastBytes: number): void {
  if (count * leastBytes <= cursor.remaining) return;
  throw cursor.problem(
    `it announces ${formatCounted(count, noun)} of at least ${formatCount(leastBytes)} bytes each, ` +
      `but only ${formatCounted(cursor.remaining, 'byte')} follow`,
    'The download may be incomplete.',
    cursor.position - 8,
  );
}

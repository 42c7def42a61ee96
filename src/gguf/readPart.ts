import { PruneError } from '../errors.js';
import { findAlignment } from './alignment.js';
import { FileCursor } from './cursor.js';
import { openFile } from './openFile.js';
import { readEntries } from './readEntries.js';
import { readPreamble } from './readPreamble.js';
import { readTensors } from './readTensors.js';
import { padTo } from './tensorSize.js';
import type { GgufPart, PlacedTensor } from './types.js';
import { fileLabel, formatCount, formatCounted, quoteName } from './wording.js';

/**
 * Reads the header of one GGUF file: all metadata, still encoded, and the tensor table. Accepts what
 * llama.cpp accepts, a missing padding after the last tensor included, and moreover nested arrays; it
 * refuses tensors without elements. Tensor data is not looked at.
 *
 * Throws FILE_NOT_FOUND, FILE_NOT_READABLE, FILE_CHANGED (the file shrank meanwhile), NOT_GGUF,
 * GGUF_UNSUPPORTED or GGUF_DAMAGED.
 */
export async function readPart(path: string): Promise<GgufPart> {
  const file = await openFile(path);
  try {
    const cursor = new FileCursor(file);
    const { version, tensorCount, entryCount } = await readPreamble(cursor);
    const entries = await readEntries(cursor, entryCount);
    const alignment = findAlignment(entries);
    const tensors = await readTensors(cursor, tensorCount, alignment);
    // As in llama.cpp: only tensor data is preceded by padding.
    const dataOffset = tensors.length === 0 ? cursor.position : padTo(cursor.position, alignment);
    const part = {
      path,
      version,
      entries,
      tensors,
      alignment,
      dataOffset,
      fileBytes: file.bytes,
      modified: file.modified,
    };
    checkDataInFile(part);
    return part;
  } finally {
    await file.close();
  }
}

function checkDataInFile({ path, tensors, dataOffset, fileBytes }: GgufPart): void {
  const findEnd = ({ offset, bytes }: PlacedTensor) => dataOffset + offset + bytes;
  const index = tensors.findIndex((tensor) => findEnd(tensor) > fileBytes);
  const [first, last] = [tensors[index], tensors.at(-1)];
  if (first === undefined || last === undefined) return;
  const place = `tensor ${formatCount(index + 1)} of ${formatCount(tensors.length)}, ${quoteName(first.name)}`;
  const needed = findEnd(last);
  throw new PruneError(
    'GGUF_DAMAGED',
    `${fileLabel(path)} ends inside the tensor data (${place}, at byte ${formatCount(fileBytes)}): the data ` +
      `goes on to byte ${formatCount(needed)}, so that ${formatCounted(needed - fileBytes, 'byte')} are missing. ` +
      'The download may be incomplete.',
  );
}

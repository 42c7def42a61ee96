import { open, type FileHandle } from 'node:fs/promises';
import type { GgufHeader } from '../gguf/index.js';
import type { CopyRange, PlannedFile } from './planFiles.js';
import { readPiece } from './readPiece.js';
import { describeChange, withSources, type OpenSources } from './sources.js';

/**
 * Writes one planned file and syncs it to the disk.
 *
 * @param onWritten called with the bytes that were just written; may throw to stop the work
 * @throws PruneError FILE_CHANGED when the source is not what was planned with; system errors
 */
export async function writePart(
  source: GgufHeader,
  { header, ranges, fileBytes }: PlannedFile,
  path: string,
  onWritten: (bytes: number) => void,
): Promise<void> {
  await withSources(source, ranges, async (sources) => {
    await sources.checkUnchanged();
    const target = await open(path, 'w');
    try {
      await writeAll(target, header, 0);
      let written = header.length;
      for (const range of ranges) {
        await copyRange(source, sources, target, range, (bytes) => {
          written += bytes;
          onWritten(bytes);
        });
      }
      await target.truncate(fileBytes); // padding after the last tensor
      await target.sync();
      onWritten(header.length + fileBytes - written);
    } finally {
      await target.close();
    }
    await sources.checkUnchanged();
  });
}

async function copyRange(
  { parts }: GgufHeader,
  sources: OpenSources,
  target: FileHandle,
  range: CopyRange,
  onCopied: (bytes: number) => void,
): Promise<void> {
  let to = range.to;
  for await (const chunk of readPiece(sources, range, (part) => describeChange(parts[part] ?? parts[0]))) {
    await writeAll(target, chunk, to);
    to += chunk.length;
    onCopied(chunk.length);
  }
}

async function writeAll(target: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await target.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

import { open, type FileHandle } from 'node:fs/promises';
import { PruneError } from '../errors.js';
import { formatCount, namePart, readPart, type GgufHeader } from '../gguf/index.js';
import type { CopyRange, PlannedFile, RewritePlan } from './planFiles.js';
import { readPiece } from './readPiece.js';
import { withSources, type OpenSources } from './sources.js';

/**
 * Opens what was written again and compares it with its plan and its source.
 *
 * @param file of a split model the first part
 * @throws PruneError VERIFY_FAILED naming what differs; what the GGUF reader throws
 */
export async function verifyFile(plan: RewritePlan, file: string, signal?: AbortSignal): Promise<void> {
  for (const [index, planned] of plan.files.entries()) {
    await verifyPart(plan.source, planned, namePart(file, index, plan.files.length), signal);
  }
}

async function verifyPart(
  source: GgufHeader,
  planned: PlannedFile,
  file: string,
  signal?: AbortSignal,
): Promise<void> {
  const part = await readPart(file);
  if (part.fileBytes !== planned.fileBytes || part.dataOffset !== planned.header.length) {
    throw new PruneError(
      'VERIFY_FAILED',
      `The written file has ${formatCount(part.fileBytes)} bytes, ${formatCount(planned.fileBytes)} were planned. ` +
        `It was removed.`,
    );
  }
  await withSources(source, planned.ranges, async (sources) => {
    const written = await open(file, 'r');
    try {
      await compareBytes(written, planned.header, 0);
      let end = planned.header.length;
      for (const range of planned.ranges) {
        // between payloads there is nothing but padding
        await compareBytes(written, new Uint8Array(range.to - end), end);
        await compareRange(sources, written, range, signal);
        end = range.to + range.bytes;
      }
      await compareBytes(written, new Uint8Array(planned.fileBytes - end), end);
    } catch (error) {
      await sources.checkUnchanged(); // a source that changed differs from what was copied, too
      throw error;
    } finally {
      await written.close();
    }
  });
}

async function compareRange(
  sources: OpenSources,
  written: FileHandle,
  range: CopyRange,
  signal?: AbortSignal,
): Promise<void> {
  let to = range.to;
  for await (const expected of readPiece(sources, range, describeEnd)) {
    signal?.throwIfAborted();
    const found = Buffer.allocUnsafe(expected.length);
    await readAll(written, found, found.length, to);
    if (!expected.equals(found)) throw differs(to);
    to += expected.length;
  }
}

async function compareBytes(written: FileHandle, expected: Uint8Array, position: number): Promise<void> {
  const found = Buffer.allocUnsafe(expected.length);
  await readAll(written, found, expected.length, position);
  const at = found.findIndex((byte, i) => byte !== expected[i]);
  if (at !== -1) throw differs(position + at);
}

function differs(position: number): PruneError {
  return new PruneError(
    'VERIFY_FAILED',
    `The written file differs from what was planned near byte ${formatCount(position)}. It was removed; the disk or ` +
      `the memory may be faulty.`,
  );
}

function describeEnd(): PruneError {
  return new PruneError('VERIFY_FAILED', 'A file ended early while it was being compared.');
}

async function readAll(file: FileHandle, buffer: Buffer, length: number, position: number): Promise<void> {
  for (let done = 0; done < length;) {
    const { bytesRead } = await file.read(buffer, done, length - done, position + done);
    if (bytesRead === 0) throw describeEnd();
    done += bytesRead;
  }
}

import { randomBytes } from 'node:crypto';
import { link, open, realpath, rename, rm, type FileHandle } from 'node:fs/promises';
import { PruneError } from '../errors.js';
import { fileLabel, formatCounted } from '../gguf/index.js';
import { describeWriteFailure, findSystemCode } from './failure.js';
import type { CopyRange, DropPlan } from './plan.js';

const bufferBytes = 4 * 1024 * 1024;

export interface ApplyOptions {
  readonly overwrite?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((written: number, total: number) => void) | undefined;
  /** Called with the finished file under its temporary name; the target appears only if it does not throw. */
  readonly check?: ((partial: string) => Promise<void>) | undefined;
}

/**
 * Writes the planned file. Whatever happens, the target either does not exist (or is the file it was) or is whole.
 * @throws PruneError OUTPUT; FILE_CHANGED when the source is not what was planned with; CANCELLED
 */
export async function applyPlan(plan: DropPlan, target: string, options: ApplyOptions = {}): Promise<void> {
  // a link to a file is followed, so that the file is replaced and not the link
  const final = await realpath(target).catch(() => target);
  const partial = `${final}.${process.pid}-${randomBytes(3).toString('hex')}.part`;
  try {
    await writePartial(plan, partial, options);
    await options.check?.(partial);
    options.signal?.throwIfAborted();
    if (options.overwrite) await rename(partial, final);
    else await claim(partial, final);
  } catch (cause) {
    if (options.signal?.aborted)
      throw new PruneError('CANCELLED', 'Cancelled. Nothing was written.', { cause });
    throw describeWriteFailure(cause, target);
  } finally {
    // failing to clean up must not hide why there is something to clean up
    await rm(partial, { force: true }).catch(() => undefined);
  }
}

/** Gives the file its name unless somebody else took that name meanwhile. */
async function claim(partial: string, target: string): Promise<void> {
  try {
    await link(partial, target);
  } catch (error) {
    if (findSystemCode(error) === 'EEXIST') throw error;
    await rename(partial, target); // a filesystem without hard links
  }
}

async function writePartial(plan: DropPlan, partial: string, options: ApplyOptions): Promise<void> {
  const source = await openSource(plan);
  try {
    const target = await open(partial, 'w');
    try {
      await writeAll(target, plan.header, 0);
      let written = plan.header.length;
      for (const range of plan.ranges) {
        await copyRange(plan, source, target, range, (bytes) => {
          options.signal?.throwIfAborted();
          written += bytes;
          options.onProgress?.(written, plan.fileBytes);
        });
      }
      await target.truncate(plan.fileBytes); // padding after the last tensor
      await target.sync();
      options.onProgress?.(plan.fileBytes, plan.fileBytes);
    } finally {
      await target.close();
    }
    await checkUnchanged(plan, source);
  } finally {
    await source.close();
  }
}

async function openSource(plan: DropPlan): Promise<FileHandle> {
  let source;
  try {
    source = await open(plan.source.path, 'r');
  } catch (cause) {
    throw changed(plan, cause);
  }
  try {
    await checkUnchanged(plan, source);
    return source;
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function checkUnchanged(plan: DropPlan, source: FileHandle): Promise<void> {
  const { size, mtimeMs } = await source.stat();
  if (size !== plan.source.fileBytes || mtimeMs !== plan.source.modified) throw changed(plan);
}

async function copyRange(
  plan: DropPlan,
  source: FileHandle,
  target: FileHandle,
  { from, to, bytes }: CopyRange,
  onCopied: (bytes: number) => void,
): Promise<void> {
  const buffer = Buffer.allocUnsafe(Math.min(bufferBytes, bytes));
  for (let done = 0; done < bytes;) {
    const { bytesRead } = await source.read(buffer, 0, Math.min(buffer.length, bytes - done), from + done);
    if (bytesRead === 0) throw changed(plan);
    await writeAll(target, buffer.subarray(0, bytesRead), to + done);
    done += bytesRead;
    onCopied(bytesRead);
  }
}

async function writeAll(target: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await target.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

function changed({ source }: DropPlan, cause?: unknown): PruneError {
  return new PruneError(
    'FILE_CHANGED',
    `${fileLabel(source.path)} changed, or can no longer be read, since its header was read (it had ` +
      `${formatCounted(source.fileBytes, 'byte')}). Nothing was written.`,
    { cause },
  );
}

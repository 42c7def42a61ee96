import { constants } from 'node:fs';
import { access, link, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { PruneError } from '../errors.js';
import { escapeUnsafe, fileLabel, formatCounted } from '../gguf/index.js';
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
 * Refuses a target before any work is done for it.
 * @throws PruneError OUTPUT when the target is the source, exists without `overwrite`, or cannot be written
 */
export async function checkTarget(source: string, target: string, overwrite: boolean): Promise<void> {
  const label = escapeUnsafe(target);
  const [from, to] = await Promise.all([stat(source), stat(target).catch(() => undefined)]);
  if (to?.dev === from.dev && to.ino === from.ino) {
    throw new PruneError('OUTPUT', `The output ${label} is the model itself. Choose another name with -o.`);
  }
  if (to?.isDirectory())
    throw new PruneError('OUTPUT', `The output ${label} is a folder. Name a file with -o.`);
  if (to !== undefined && !overwrite) {
    throw new PruneError(
      'OUTPUT',
      `The output ${label} exists already. Pass --overwrite to replace it, or -o to choose another name.`,
    );
  }
  const folder = path.dirname(path.resolve(target));
  try {
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw describeFailure(cause, target);
  }
}

/**
 * Writes the planned file. Whatever happens, the target either does not exist (or is the file it was) or is whole.
 * @throws PruneError OUTPUT; FILE_CHANGED when the source is not what was planned with; CANCELLED
 */
export async function applyPlan(plan: DropPlan, target: string, options: ApplyOptions = {}): Promise<void> {
  const partial = `${target}.${process.pid}.part`;
  try {
    await writePartial(plan, partial, options);
    await options.check?.(partial);
    options.signal?.throwIfAborted();
    if (options.overwrite) await rename(partial, target);
    else await claim(partial, target);
  } catch (cause) {
    throw describeFailure(cause, target, options.signal);
  } finally {
    await rm(partial, { force: true });
  }
}

/** Gives the file its name unless somebody else took that name meanwhile. */
async function claim(partial: string, target: string): Promise<void> {
  try {
    await link(partial, target);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw error;
    await rename(partial, target); // a filesystem without hard links
  }
}

async function writePartial(plan: DropPlan, partial: string, options: ApplyOptions): Promise<void> {
  const source = await open(plan.source.path, 'r');
  try {
    const before = await source.stat();
    if (before.size !== plan.source.fileBytes) throw changed(plan);
    const target = await open(partial, 'w');
    try {
      await writeAll(target, plan.header, 0);
      let written = plan.header.length;
      for (const range of plan.ranges) {
        await copyRange(source, target, range, (bytes) => {
          options.signal?.throwIfAborted();
          written += bytes;
          options.onProgress?.(written, plan.fileBytes);
        });
      }
      await target.truncate(plan.fileBytes); // padding after the last tensor
      await target.sync();
    } finally {
      await target.close();
    }
    const after = await source.stat();
    if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) throw changed(plan);
  } finally {
    await source.close();
  }
}

async function copyRange(
  source: FileHandle,
  target: FileHandle,
  { from, to, bytes }: CopyRange,
  onCopied: (bytes: number) => void,
): Promise<void> {
  const buffer = Buffer.allocUnsafe(Math.min(bufferBytes, bytes));
  for (let done = 0; done < bytes;) {
    const { bytesRead } = await source.read(buffer, 0, Math.min(buffer.length, bytes - done), from + done);
    if (bytesRead === 0)
      throw new PruneError('FILE_CHANGED', 'The model was cut off while it was being copied.');
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

function changed({ source }: DropPlan): PruneError {
  return new PruneError(
    'FILE_CHANGED',
    `${fileLabel(source.path)} changed while it was being worked on (it had ${formatCounted(source.fileBytes, 'byte')}). ` +
      `Nothing was written.`,
  );
}

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
}

function describeFailure(cause: unknown, target: string, signal?: AbortSignal): unknown {
  if (signal?.aborted) return new PruneError('CANCELLED', 'Cancelled. Nothing was written.', { cause });
  if (cause instanceof PruneError) return cause;
  const label = escapeUnsafe(target);
  const sentences: Record<string, string> = {
    ENOSPC: `The disk is full: ${label} was not written.`,
    EDQUOT: `The disk quota is used up: ${label} was not written.`,
    EFBIG: `${label} is larger than this filesystem allows.`,
    EACCES: `There is no permission to write ${label}. Choose another place with -o.`,
    EPERM: `There is no permission to write ${label}. Choose another place with -o.`,
    EROFS: `${label} is on a read-only filesystem. Choose another place with -o.`,
    ENOENT: `The folder of ${label} does not exist.`,
    ENOTDIR: `The folder of ${label} is not a folder.`,
    EEXIST: `The output ${label} appeared while it was being written. It was left as it is.`,
  };
  const sentence = sentences[codeOf(cause) ?? ''];
  return sentence === undefined ? cause : new PruneError('OUTPUT', sentence, { cause });
}

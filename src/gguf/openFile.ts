import type { Stats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { PruneError } from '../errors.js';
import { escapeUnsafe, fileLabel, formatCount } from './wording.js';

/** A regular file that is open for reading. */
export interface OpenFile {
  readonly path: string;
  /** Size of the file in bytes when it was opened. */
  readonly bytes: number;
  /** When it was last modified, in milliseconds since 1970. */
  readonly modified: number;
  /** Fills all of `target` with the bytes from `position` on. Throws FILE_CHANGED or FILE_NOT_READABLE. */
  readonly fill: (target: Uint8Array, position: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Opens a file for reading. Throws FILE_NOT_FOUND, or FILE_NOT_READABLE for a folder, a device, a pipe
 * and a file without permission.
 */
export async function openFile(path: string): Promise<OpenFile> {
  try {
    // Asked before opening: the open of a pipe without a writer would wait for ever.
    const found = await stat(path);
    if (!found.isFile()) {
      throw new PruneError('FILE_NOT_READABLE', `${escapeUnsafe(path)} is not a file. Name a GGUF file.`);
    }
    return describeHandle(path, found, await open(path, 'r'));
  } catch (error) {
    throw explainFailure(path, error);
  }
}

function describeHandle(path: string, found: Stats, handle: FileHandle): OpenFile {
  return {
    path,
    bytes: found.size,
    modified: found.mtimeMs,
    fill: (target, position) => fill(path, handle, target, position),
    close: () => handle.close(),
  };
}

async function fill(path: string, handle: FileHandle, target: Uint8Array, position: number): Promise<void> {
  let filled = 0;
  while (filled < target.length) {
    const left = target.length - filled;
    const { bytesRead } = await handle
      .read(target, filled, left, position + filled)
      .catch((error: unknown) => {
        throw explainFailure(path, error);
      });
    if (bytesRead === 0) {
      const end = formatCount(position + filled);
      throw new PruneError(
        'FILE_CHANGED',
        `${fileLabel(path)} became shorter while it was read: it now ends at byte ${end}. ` +
          'Wait until no other program writes to it, then try again.',
      );
    }
    filled += bytesRead;
  }
}

function explainFailure(path: string, error: unknown): PruneError {
  if (error instanceof PruneError) return error;
  const shown = escapeUnsafe(path);
  const code = nameFailure(error);
  const options = { cause: error };
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new PruneError('FILE_NOT_FOUND', `There is no file ${shown}. Check the path.`, options);
  }
  if (code === 'EACCES' || code === 'EPERM') {
    const message = `You have no permission to read ${shown}. A file that you may read is needed.`;
    return new PruneError('FILE_NOT_READABLE', message, options);
  }
  return new PruneError('FILE_NOT_READABLE', `${shown} could not be read (${code}).`, options);
}

/** The code of a system error, such as ENOENT. */
function nameFailure(error: unknown): string {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error;
  return escapeUnsafe(String(hasCode ? error.code : error));
}

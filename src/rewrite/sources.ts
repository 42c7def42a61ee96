import { open, type FileHandle } from 'node:fs/promises';
import { PruneError } from '../errors.js';
import { fileLabel, formatCounted, type GgufHeader, type GgufPart } from '../gguf/index.js';
import type { CopyRange } from './planFiles.js';

/** Files of a source that are open for reading. */
export interface OpenSources {
  /** The file that a range comes from. */
  get(part: number): FileHandle;
  /** @throws PruneError FILE_CHANGED when a file is not what was planned with */
  checkUnchanged(): Promise<void>;
}

/**
 * Opens the files that ranges come from, and closes them after the work.
 * @throws PruneError FILE_CHANGED when one cannot be opened any more; what the work throws
 */
export async function withSources<T>(
  { parts }: GgufHeader,
  ranges: readonly CopyRange[],
  work: (sources: OpenSources) => Promise<T>,
): Promise<T> {
  const opened = new Map<number, readonly [GgufPart, FileHandle]>();
  try {
    for (const index of new Set(ranges.flatMap(({ part }) => part ?? []))) {
      const part = parts[index] ?? parts[0];
      const handle = await open(part.path, 'r').catch((cause: unknown) => {
        throw describeChange(part, cause);
      });
      opened.set(index, [part, handle]);
    }
    return await work({
      get(index) {
        const found = opened.get(index);
        if (found === undefined) throw new RangeError(`part ${index} is not open`);
        return found[1];
      },
      async checkUnchanged() {
        for (const [part, handle] of opened.values()) {
          const { size, mtimeMs } = await handle.stat();
          if (size !== part.fileBytes || mtimeMs !== part.modified) throw describeChange(part);
        }
      },
    });
  } finally {
    for (const [, handle] of opened.values()) await handle.close();
  }
}

/** What to say of a source that is not what was planned with. */
export function describeChange({ path, fileBytes }: GgufPart, cause?: unknown): PruneError {
  return new PruneError(
    'FILE_CHANGED',
    `${fileLabel(path)} changed, or can no longer be read, since its header was read (it had ` +
      `${formatCounted(fileBytes, 'byte')}). Nothing was written.`,
    { cause },
  );
}

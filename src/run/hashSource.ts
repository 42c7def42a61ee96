import { createHash } from 'node:crypto';
import type { GgufHeader } from '../gguf/index.js';
import { hashFile } from './hashFile.js';

/** The hashes of a model. */
export interface SourceHash {
  /**
   * SHA-256 of the file. Of a split model: SHA-256 of the hashes of its parts, written as hexadecimal digits one after
   * the other, in order.
   */
  readonly sha256: string;
  /** SHA-256 of each file. */
  readonly parts: readonly string[];
}

/** Hashes all files that a header was read from. `onHashed` is told the bytes of all of them so far. */
export async function hashSource(
  { parts }: GgufHeader,
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly onHashed?: ((bytes: number) => void) | undefined;
  } = {},
): Promise<SourceHash> {
  const hashes: string[] = [];
  let before = 0;
  for (const { path, fileBytes } of parts) {
    const start = before;
    hashes.push(
      await hashFile(path, {
        signal: options.signal,
        onHashed: (bytes) => options.onHashed?.(start + bytes),
      }),
    );
    before += fileBytes;
  }
  const [only = '', ...others] = hashes;
  return {
    sha256: others.length === 0 ? only : createHash('sha256').update(hashes.join('')).digest('hex'),
    parts: hashes,
  };
}

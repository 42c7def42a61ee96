import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { PruneError } from '../errors.js';

/** SHA-256 of a file, as hexadecimal digits. */
export async function hashFile(
  path: string,
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly onHashed?: ((bytes: number) => void) | undefined;
  } = {},
): Promise<string> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    if (options.signal?.aborted) throw new PruneError('CANCELLED', 'Cancelled.');
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    options.onHashed?.(bytes);
  }
  return hash.digest('hex');
}

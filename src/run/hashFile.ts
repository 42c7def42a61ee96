import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
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
  const file = await open(path, 'r');
  try {
    // one is filled while the other is hashed
    const buffers = [Buffer.allocUnsafe(pieceBytes), Buffer.allocUnsafe(pieceBytes)];
    const readNext = (position: number) => {
      const buffer = buffers.reverse()[0] ?? Buffer.alloc(0);
      return file.read(buffer, 0, buffer.length, position);
    };
    let bytes = 0;
    for (let piece = await readNext(0); piece.bytesRead > 0;) {
      if (options.signal?.aborted) throw new PruneError('CANCELLED', 'Cancelled.');
      bytes += piece.bytesRead;
      const reading = readNext(bytes);
      hash.update(piece.buffer.subarray(0, piece.bytesRead));
      options.onHashed?.(bytes);
      piece = await reading;
    }
    return hash.digest('hex');
  } finally {
    await file.close();
  }
}

const pieceBytes = 1 << 20;

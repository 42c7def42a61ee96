import type { FileHandle } from 'node:fs/promises';
import type { Comb, GivenPiece, Piece } from './content.js';
import type { OpenSources } from './sources.js';

const bufferBytes = 1024 * 1024;

/**
 * What a piece is: bytes of a source, or given ones.
 * @param describeEnd the error to throw when a file ends before the piece does
 */
export async function* readPiece(
  sources: OpenSources,
  piece: Piece | GivenPiece,
  describeEnd: (part: number) => Error,
): AsyncGenerator<Buffer> {
  if (piece.given === undefined)
    yield* readSource(sources.get(piece.part), piece, () => describeEnd(piece.part));
  else yield Buffer.from(piece.given.buffer, piece.given.byteOffset, piece.given.length);
}

/**
 * Reads a piece of a source from its start to its end, a megabyte at a time, the next one while whoever asks is at work on
 * the last. What is yielded is overwritten once the next is asked for.
 */
async function* readSource(
  source: FileHandle,
  { from, bytes, comb, scale }: Piece,
  describeEnd: () => Error,
): AsyncGenerator<Buffer> {
  const rowBytes = comb?.teeth.reduce((sum, tooth) => sum + tooth.bytes, 0) ?? 1;
  const stride = comb?.stride ?? 1;
  const rows = bytes / rowBytes;
  const rowsAtOnce = Math.max(1, Math.floor(Math.min(bufferBytes, rows * stride) / stride));
  const buffers = [Buffer.allocUnsafe(rowsAtOnce * stride), Buffer.allocUnsafe(rowsAtOnce * stride)];
  const readRows = async (done: number): Promise<Buffer> => {
    const count = Math.min(rowsAtOnce, rows - done);
    const buffer = buffers.reverse()[0] ?? Buffer.alloc(0);
    const chunk = buffer.subarray(0, count * stride);
    await fill(source, chunk, from + done * stride, describeEnd);
    return chunk;
  };
  let reading = rows > 0 ? readRows(0) : undefined;
  for (let done = rowsAtOnce; reading !== undefined; done += rowsAtOnce) {
    const chunk: Buffer = await reading;
    reading = done < rows ? readRows(done) : undefined;
    reading?.catch(() => undefined); // it is told when it is its turn, if that comes
    const picked = comb === undefined ? chunk : pickTeeth(chunk, comb, rowBytes);
    if (scale !== undefined) scaleValues(picked, scale);
    yield picked;
  }
}

function scaleValues(buffer: Buffer, factor: number): void {
  for (let at = 0; at < buffer.length; at += 4) buffer.writeFloatLE(buffer.readFloatLE(at) * factor, at);
}

/** Moves what is taken of each row to the front of the buffer. */
function pickTeeth(buffer: Buffer, { stride, teeth }: Comb, rowBytes: number): Buffer {
  const rows = buffer.length / stride;
  let to = 0;
  for (let row = 0; row < rows; row += 1) {
    for (const { from, bytes } of teeth) {
      buffer.copyWithin(to, row * stride + from, row * stride + from + bytes);
      to += bytes;
    }
  }
  return buffer.subarray(0, rows * rowBytes);
}

async function fill(
  source: FileHandle,
  buffer: Buffer,
  position: number,
  describeEnd: () => Error,
): Promise<void> {
  for (let done = 0; done < buffer.length;) {
    const { bytesRead } = await source.read(buffer, done, buffer.length - done, position + done);
    if (bytesRead === 0) throw describeEnd();
    done += bytesRead;
  }
}

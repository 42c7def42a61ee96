import type { WindowComparison, WindowLosses } from '../../evaluate/index.js';

/** The figures of a window's tokens, each list as base64 of its bytes, little-endian. */
export interface PackedWindow {
  readonly before: PackedLosses;
  readonly after: PackedLosses;
  readonly divergences: string;
}

interface PackedLosses {
  readonly losses: string;
  readonly predictions: string;
}

export function packWindow({ before, after, divergences }: WindowComparison): PackedWindow {
  return { before: packLosses(before), after: packLosses(after), divergences: pack(divergences) };
}

export function unpackWindow({ before, after, divergences }: PackedWindow): WindowComparison {
  return {
    before: unpackLosses(before),
    after: unpackLosses(after),
    divergences: new Float32Array(unpack(divergences)),
  };
}

function packLosses({ losses, predictions }: WindowLosses): PackedLosses {
  return { losses: pack(losses), predictions: pack(predictions) };
}

function unpackLosses({ losses, predictions }: PackedLosses): WindowLosses {
  return { losses: new Float32Array(unpack(losses)), predictions: new Int32Array(unpack(predictions)) };
}

function pack(values: Float32Array | Int32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}

/** A buffer of its own: a small Buffer lies at any place of a shared one. */
function unpack(text: string): ArrayBuffer {
  return Uint8Array.from(Buffer.from(text, 'base64')).buffer;
}

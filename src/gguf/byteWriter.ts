import { viewBytes } from './scalars.js';

/** Fills a buffer of known size from front to back, with little-endian numbers. */
export class ByteWriter {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #position = 0;

  constructor(size: number) {
    this.#bytes = new Uint8Array(size);
    this.#view = viewBytes(this.#bytes);
  }

  writeUint32(value: number): void {
    this.#view.setUint32(this.#position, value, true);
    this.#position += 4;
  }

  writeUint64(value: number): void {
    this.#view.setBigUint64(this.#position, BigInt(value), true);
    this.#position += 8;
  }

  writeBytes(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#position);
    this.#position += bytes.length;
  }

  /** Writes a u64 length and the bytes of a text. */
  writeText(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    this.writeUint64(bytes.length);
    this.writeBytes(bytes);
  }

  /** The whole buffer; what was not written is 0. */
  finish(): Uint8Array {
    return this.#bytes;
  }
}

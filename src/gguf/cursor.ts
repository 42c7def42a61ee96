import { PruneError, type ErrorCode } from '../errors.js';
import { FIRST_CHUNK_BYTES, MAX_HEADER_BYTES } from './limits.js';
import type { OpenFile } from './openFile.js';
import { fileLabel, formatCount, formatCounted } from './wording.js';

const LENGTH_BYTES = 8;

/**
 * Reads a header from front to back without knowing its size: loads the file in chunks that double, and
 * checks every length against the bytes that remain in the file before anything of that length is
 * loaded. Throws GGUF_DAMAGED where the file ends too early, and GGUF_UNSUPPORTED above
 * `MAX_HEADER_BYTES`.
 */
export class FileCursor {
  #loaded = new Uint8Array(0);
  #view = new DataView(this.#loaded.buffer);
  #position = 0;
  #section = 'the preamble';
  #item = 'magic';

  constructor(readonly file: OpenFile) {}

  /** Offset of the next byte in the file. */
  get position(): number {
    return this.#position;
  }

  /** Number of bytes from here to the end of the file. */
  get remaining(): number {
    return this.file.bytes - this.#position;
  }

  /** Names what is read from here on, for messages: `the metadata`, `key 14 of 33`. */
  enter(section: string, item: string): void {
    this.#section = section;
    this.#item = item;
  }

  /** Reads a little-endian u32. */
  async readUint32(): Promise<number> {
    await this.#require(4);
    this.#position += 4;
    return this.#view.getUint32(this.#position - 4, true);
  }

  /** Reads a little-endian u64. */
  async readUint64(): Promise<bigint> {
    await this.#require(LENGTH_BYTES);
    this.#position += LENGTH_BYTES;
    return this.#view.getBigUint64(this.#position - LENGTH_BYTES, true);
  }

  /** Reads a u64 that counts something; `what` names it, such as `the key length`. */
  async readCount(what: string): Promise<number> {
    const at = this.#position;
    const count = await this.readUint64();
    if (count <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(count);
    throw this.problem(`${what} is ${formatCount(count)}`, 'No file can hold that much.', at);
  }

  /** Copies the next `length` bytes and moves past them. */
  async readBytes(length: number, what?: string): Promise<Uint8Array> {
    const start = this.#position;
    await this.skip(length, what);
    return this.copyFrom(start);
  }

  /** Moves past `length` bytes; `what` names them in the message for a file that ends too early. */
  async skip(length: number, what?: string): Promise<void> {
    await this.#require(length, what);
    this.#position += length;
  }

  /** Moves past `count` strings without decoding them. */
  async skipStrings(count: number): Promise<void> {
    for (let left = count; left > 0; left = this.#walkLoadedStrings(left)) {
      const start = this.#position;
      const length = await this.readUint64();
      this.checkFits(Number(length), `a string of ${formatCounted(length, 'byte')}`);
      this.#position = start;
      await this.#require(LENGTH_BYTES + Number(length));
    }
  }

  /** Copies the bytes from `start` to here. They must have been read or skipped before. */
  copyFrom(start: number): Uint8Array {
    return this.#loaded.slice(start, this.#position);
  }

  /** Throws GGUF_DAMAGED when fewer than `bytes` bytes follow; `what` names them. Loads nothing. */
  checkFits(bytes: number, what?: string): void {
    if (bytes > this.remaining) throw this.#cutShort(what);
  }

  /**
   * The error for a value that is wrong, at byte `at`. `what` is a clause in lower case, `valid` a
   * sentence about what would be right.
   */
  problem(what: string, valid: string, at: number, code: ErrorCode = 'GGUF_DAMAGED'): PruneError {
    const state = code === 'GGUF_DAMAGED' ? 'is damaged' : 'cannot be used';
    const place = `${this.#item}, at byte ${formatCount(at)}`;
    return new PruneError(code, `${fileLabel(this.file.path)} ${state}: ${what} (${place}). ${valid}`);
  }

  /** Walks as many of `count` strings as are loaded in full, and returns how many are left. */
  #walkLoadedStrings(count: number): number {
    const view = this.#view;
    const end = view.byteLength - LENGTH_BYTES;
    let at = this.#position;
    let left = count;
    for (; left > 0 && at <= end; left -= 1) {
      const next = at + LENGTH_BYTES + view.getUint32(at, true);
      // A length beyond 32 bits, or one beyond what is loaded: the caller checks it and loads more.
      if (view.getUint32(at + 4, true) !== 0 || next > view.byteLength) break;
      at = next;
    }
    this.#position = at;
    return left;
  }

  async #require(bytes: number, what?: string): Promise<void> {
    this.checkFits(bytes, what);
    const end = this.#position + bytes;
    if (end <= this.#loaded.length) return;
    if (end > MAX_HEADER_BYTES) {
      const limit = `Headers of up to ${formatCount(MAX_HEADER_BYTES)} bytes can be read.`;
      throw this.problem(
        `the header goes on to byte ${formatCount(end)}`,
        limit,
        this.#position,
        'GGUF_UNSUPPORTED',
      );
    }
    await this.#load(end);
  }

  async #load(end: number): Promise<void> {
    const known = this.#loaded;
    const wanted = Math.max(end, FIRST_CHUNK_BYTES, 2 * known.length);
    const grown = new Uint8Array(Math.min(wanted, MAX_HEADER_BYTES, this.file.bytes));
    grown.set(known);
    await this.file.fill(grown.subarray(known.length), known.length);
    this.#loaded = grown;
    this.#view = new DataView(grown.buffer);
  }

  #cutShort(what?: string): PruneError {
    const place = `${this.#item}, at byte ${formatCount(this.file.bytes)}`;
    const need =
      what === undefined ? '' : `: ${what} cannot fit in the ${formatCounted(this.remaining, 'byte')} left`;
    const message = `${fileLabel(this.file.path)} ends inside ${this.#section} (${place})${need}.`;
    return new PruneError('GGUF_DAMAGED', `${message} The download may be incomplete.`);
  }
}

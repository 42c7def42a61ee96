import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isNativeError } from 'node:util/types';
import { PruneError } from '../../../errors.js';
import { escapeUnsafe, formatCount } from '../../../gguf/index.js';

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes of the file so far, and all of them where the server says. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Milliseconds without a byte that end the download; 30 seconds where it is not given. */
  readonly timeout?: number | undefined;
}

export interface DownloadProgress {
  readonly url: string;
  readonly bytes: number;
  readonly totalBytes: number | undefined;
}

const TIMEOUT = 30_000;

/**
 * Fetches a file, unless it is there already. It is written beside its place and renamed once it is whole, so that a
 * download that broke off leaves nothing behind. HF_TOKEN is sent if it is set.
 *
 * @throws PruneError DATA when the server refuses, does not answer or breaks off; OUTPUT when the file cannot be written;
 *   CANCELLED
 */
export async function download(url: string, file: string, options: DownloadOptions = {}): Promise<void> {
  if (await exists(file)) return;
  const temporary = `${file}.${randomUUID()}.part`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await fetchTo(url, temporary, options);
    await rename(temporary, file);
  } catch (cause) {
    // what went wrong first is what counts
    await rm(temporary, { force: true }).catch(() => undefined);
    throw explain(cause, url, file, options.signal);
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function fetchTo(url: string, file: string, options: DownloadOptions): Promise<void> {
  const idle = new AbortController();
  const timeout = options.timeout ?? TIMEOUT;
  const tooLate = () => {
    idle.abort(
      new PruneError('DATA', `${escapeUnsafe(url)} gave no answer for ${timeout / 1000} s. Try again later.`),
    );
  };
  const timer = setTimeout(tooLate, timeout);
  const signals = options.signal === undefined ? [idle.signal] : [idle.signal, options.signal];
  try {
    const response = await fetch(url, { headers: makeHeaders(), signal: AbortSignal.any(signals) });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw refuse(url, response);
    }
    const totalBytes = readLength(response);
    let bytes = 0;
    const count = async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        timer.refresh();
        bytes += chunk.length;
        options.onProgress?.({ url, bytes, totalBytes });
        yield chunk;
      }
    };
    await pipeline(response.body, count, createWriteStream(file), { signal: AbortSignal.any(signals) });
    if (totalBytes !== undefined && bytes !== totalBytes) {
      const of = `${formatCount(bytes)} of ${formatCount(totalBytes)} bytes`;
      throw new PruneError('DATA', `${escapeUnsafe(url)} broke off after ${of}. Try again.`);
    }
  } catch (cause) {
    // an abort reaches us under many names; its reason tells
    if (idle.signal.aborted) throw idle.signal.reason as PruneError;
    throw cause;
  } finally {
    clearTimeout(timer);
  }
}

function makeHeaders(): Record<string, string> {
  const token = process.env['HF_TOKEN'];
  return token === undefined || token === '' ? {} : { authorization: `Bearer ${token}` };
}

/** Undefined where the body is compressed on its way: its length is then another one. */
function readLength({ headers }: Response): number | undefined {
  const length = headers.get('content-length');
  return length === null || headers.has('content-encoding') ? undefined : Number(length);
}

function refuse(url: string, { status, statusText }: Response): PruneError {
  const hints: Readonly<Record<number, string>> = {
    401: 'It may be private or gated: set HF_TOKEN to a token of an account that may read it.',
    403: 'It may be private or gated: set HF_TOKEN to a token of an account that may read it.',
    404: 'There is no such file there; its data set may have been moved.',
    429: 'The server asks to wait: try again later.',
  };
  const hint = hints[status] ?? 'Try again later, or bring the file by its path.';
  return new PruneError(
    'DATA',
    `${escapeUnsafe(url)} could not be downloaded: the server answered ${`${status} ${escapeUnsafe(statusText)}`.trim()}. ${hint}`,
  );
}

function explain(cause: unknown, url: string, file: string, signal: AbortSignal | undefined): PruneError {
  if (signal?.aborted === true) return new PruneError('CANCELLED', 'Cancelled.', { cause });
  if (cause instanceof PruneError) return cause;
  // what fetch throws says little; its cause tells
  const failure = isNativeError(cause) && isNativeError(cause.cause) ? cause.cause : cause;
  const detail = escapeUnsafe(isNativeError(failure) ? failure.message : String(failure));
  if (isNativeError(failure) && 'syscall' in failure && 'path' in failure)
    return new PruneError('OUTPUT', `${escapeUnsafe(file)} cannot be written: ${detail}`, { cause });
  return new PruneError('DATA', `${escapeUnsafe(url)} could not be downloaded: ${detail}. Try again later.`, {
    cause,
  });
}

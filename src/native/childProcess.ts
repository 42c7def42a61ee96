import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { PruneError } from '../errors.js';
import type { Method, Methods, Reply } from './protocol.js';

const childEntry = path.join(import.meta.dirname, 'child.js');

/** How long a cancelled call may take to end by itself before the process is killed, in milliseconds. */
const cancelGrace = 2000;

/** How much of the child's last words is kept for error messages, in characters. */
const keptStderr = 4000;

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
  readonly onProgress: ((share: number) => void) | undefined;
}

/** How one call is made. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((share: number) => void) | undefined;
}

/** The child process that holds the addon, seen from the caller's side. */
export class AddonProcess {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #stderr = '';
  #ended: PruneError | undefined;

  /** @param libraryFolder where the ggml libraries lie that the addon is linked with */
  constructor(libraryFolder: string) {
    this.#child = fork(childEntry, [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: [],
      env: { ...process.env, ...libraryPath(libraryFolder) },
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-keptStderr);
    });
    this.#child.on('message', (reply: Reply) => {
      this.#settle(reply);
    });
    this.#child.on('error', (cause) => {
      this.#end(new PruneError('NATIVE_CRASHED', `The native process failed: ${cause.message}`, { cause }));
    });
    // 'close' comes after the last of stderr, 'exit' may come before it
    this.#child.on('close', (code, signal) => {
      this.#end(this.#crash(code, signal));
    });
  }

  /** Whether it can be asked for anything. */
  get isAlive(): boolean {
    return this.#ended === undefined;
  }

  /** Process id, undefined when it never started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /**
   * Asks the child for one thing.
   * @param session which of its models is meant, of those that it has
   * @throws PruneError NATIVE_FAILED with llama.cpp's words; NATIVE_CRASHED when the process died; CANCELLED.
   */
  async call<M extends Method>(
    method: M,
    args: Methods[M]['args'],
    { signal, onProgress }: CallOptions = {},
    session = 0,
  ): Promise<Methods[M]['result']> {
    if (signal?.aborted) throw cancelled();
    if (this.#ended) throw this.#ended;

    const id = this.#nextId++;
    const result = new Promise<unknown>((resolve, reject) => {
      this.#pending.set(id, { resolve, reject, onProgress });
    });
    let grace: NodeJS.Timeout | undefined;
    const cancel = () => {
      this.#send({ id: 0, session, method: 'cancel', args: undefined });
      grace = setTimeout(() => this.#child.kill('SIGKILL'), cancelGrace);
    };
    signal?.addEventListener('abort', cancel, { once: true });
    this.#send({ id, session, method, args });
    try {
      const answer = (await result) as Methods[M]['result'];
      // what was done before it heard of it is cancelled all the same
      signal?.throwIfAborted();
      return answer;
    } catch (error) {
      throw signal?.aborted ? cancelled(error) : error;
    } finally {
      clearTimeout(grace);
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** Ends the process; calls still open fail. */
  async end(): Promise<void> {
    if (this.#ended) return;
    this.#end(new PruneError('NATIVE_FAILED', 'The model is closed.'));
    const closed = new Promise<void>((resolve) => {
      this.#child.once('close', () => {
        resolve();
      });
    });
    this.#child.kill('SIGKILL');
    await closed;
  }

  /** A process that dies cannot be written to; 'close' tells what became of it, and better than the failed write. */
  #send(message: object): void {
    this.#child.send(message, () => undefined);
  }

  #settle(reply: Reply): void {
    const pending = this.#pending.get(reply.id);
    if (pending === undefined) return;
    if ('progress' in reply) {
      pending.onProgress?.(reply.progress);
      return;
    }
    this.#pending.delete(reply.id);
    if ('error' in reply) pending.reject(new PruneError('NATIVE_FAILED', reply.error.trim()));
    else pending.resolve(reply.result);
  }

  #end(reason: PruneError): void {
    this.#ended ??= reason;
    for (const { reject } of this.#pending.values()) reject(this.#ended);
    this.#pending.clear();
  }

  #crash(code: number | null, signal: string | null): PruneError {
    const how = signal === null ? `with exit code ${String(code)}` : `by ${signal}`;
    const advice =
      signal === 'SIGKILL'
        ? ' The system may have run out of memory: try fewer --window-tokens or --gpu off.'
        : '';
    const words = this.#stderr.trim();
    return new PruneError(
      'NATIVE_CRASHED',
      `The native process that runs the model was ended ${how}.${advice}${words === '' ? '' : `\n${words}`}`,
    );
  }
}

function cancelled(cause?: unknown): PruneError {
  return new PruneError('CANCELLED', 'Cancelled.', { cause });
}

/** The environment variable by which the system's loader finds libraries in `folder`. */
function libraryPath(folder: string): Record<string, string> {
  const name =
    process.platform === 'darwin'
      ? 'DYLD_LIBRARY_PATH'
      : process.platform === 'win32'
        ? 'PATH'
        : 'LD_LIBRARY_PATH';
  const before = process.env[name];
  return { [name]: before ? `${folder}${path.delimiter}${before}` : folder };
}

import { fork } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { PruneError } from '../errors.js';
import type { StockAnswer, StockQuestion } from './stockProtocol.js';

const childEntry = path.join(import.meta.dirname, 'stockChild.js');
const keptStderr = 2000;

/**
 * The losses of single tokens in stock llama.cpp, on the CPU, in a process of its own.
 *
 * @param places which tokens, ascending, from 1 on
 * @throws PruneError VERIFY_FAILED when the file does not load or the process dies; CANCELLED
 */
export async function measureInStock(
  file: string,
  tokens: Int32Array,
  places: readonly number[],
  options: { readonly threads?: number | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<readonly number[]> {
  const { signal } = options;
  const threads = options.threads ?? os.availableParallelism();
  const child = fork(childEntry, [], {
    serialization: 'advanced', // a loss may be infinite, which JSON cannot say
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-keptStderr);
  });
  const kill = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', kill, { once: true });
  try {
    const answer = await new Promise<StockAnswer>((resolve, reject) => {
      child.once('message', resolve);
      child.once('error', reject);
      child.once('close', (code, how) => {
        resolve({
          error: `the process was ended ${how === null ? `with exit code ${String(code)}` : `by ${how}`}\n${stderr}`,
        });
      });
      const question: StockQuestion = { path: file, tokens: [...tokens], places, threads };
      child.send(question, () => undefined); // what cannot be written to is about to close, and says why
    });
    if (signal?.aborted) throw new PruneError('CANCELLED', 'Cancelled.');
    if ('error' in answer) {
      throw new PruneError(
        'VERIFY_FAILED',
        `Stock llama.cpp does not run the written file: ${answer.error.trim()}`,
      );
    }
    return answer.losses;
  } finally {
    signal?.removeEventListener('abort', kill);
    kill();
  }
}

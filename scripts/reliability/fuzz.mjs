// Damaged files by the hundred thousand: each ends in a coded error or a valid result, within a second and 200 MB.
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';

const child = path.join(import.meta.dirname, 'fuzzChild.mjs');

/** A file that takes longer than this, in milliseconds, hangs. */
const patience = 20_000;

const mostMemory = 200e6;

/** @returns figures, and what went wrong, if anything */
export async function fuzzFiles(count, { first = 0, workers = os.availableParallelism() } = {}) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'prune-gguf-fuzz-'));
  try {
    const share = Math.ceil(count / workers);
    const results = await Promise.all(
      Array.from({ length: workers }, (_, worker) => fuzzPart(folder, first + worker * share, share)),
    );
    const codes = {};
    for (const result of results)
      for (const [code, times] of Object.entries(result.codes)) codes[code] = (codes[code] ?? 0) + times;
    const sum = (pick) => results.reduce((total, result) => total + pick(result), 0);
    const memory = Math.max(...results.map((result) => result.memory));
    const faults = results.flatMap((result) => result.faults);
    if (memory > mostMemory) faults.push({ error: `the memory grew by ${(memory / 1e6).toFixed(0)} MB` });
    return {
      files: share * workers,
      codes,
      valid: sum(({ valid }) => valid),
      slowestMilliseconds: Math.max(...results.map(({ slowest }) => slowest)),
      memoryGrowth: memory,
      faults,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function fuzzPart(folder, from, count) {
  return new Promise((resolve) => {
    const running = fork(child, [folder, String(from), String(count)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let [last, result, words] = [from, undefined, ''];
    let timer;
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => running.kill('SIGKILL'), patience);
    };
    wait();
    running.stderr.setEncoding('utf8').on('data', (text) => (words = (words + text).slice(-2000)));
    running.on('message', (message) => {
      wait();
      if (message.done === undefined) last = message.seed;
      else result = message.done;
    });
    running.on('close', (code, signal) => {
      clearTimeout(timer);
      const error = `the process was ended by ${signal ?? code} soon after file ${last}: ${words}`;
      resolve(result ?? { codes: {}, valid: 0, slowest: NaN, memory: 0, faults: [{ seed: last, error }] });
    });
  });
}

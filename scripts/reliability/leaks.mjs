// Models loaded, scored and closed over and over in one process: its memory stays.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openModel } from '../../dist/index.js';
import { makeModel } from '../bench/makeModel.mjs';

/** What may be more in the second half, in bytes: a fifth of one model. */
const mostGrowth = 3e6;

/**
 * Left to itself glibc keeps an arena a thread and gives little back, so that resident memory
 * scatters by 50 MB around what is in use; so set, it follows it to a megabyte.
 */
const allocator = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '65536', MALLOC_TRIM_THRESHOLD_: '65536' };

/** @returns memory of the native process after each tenth, in bytes */
export async function cycleModels(count) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'prune-gguf-leaks-'));
  const file = path.join(folder, 'model.gguf');
  makeModel(file, { blocks: 8, embedding: 512, feedForward: 1536, heads: 8, headsKv: 8, vocabulary: 512 });
  const options = { gpu: 'off', contextTokens: 128, threads: 1 };
  const tokens = Int32Array.from({ length: 128 }, (_, i) => 3 + ((i * 37) % 500));
  Object.assign(process.env, allocator);
  // it keeps the process alive that the others are loaded into
  const host = await openModel(file, options);
  try {
    const measured = [];
    for (let i = 1; i <= count; i++) {
      const model = await openModel(file, { ...options, beside: host });
      await model.runWindow({ tokens, gram: true });
      await model.runWindow({ tokens, losses: true, bypass: [3], topTokens: 64, keepInputs: true });
      await model.close();
      if (i % Math.ceil(count / 10) === 0) measured.push(readMemory(host.pid));
    }
    const growth = measured.at(-1) - measured[Math.floor(measured.length / 2) - 1];
    const faults =
      growth > mostGrowth ? [`the memory grew by ${(growth / 1e6).toFixed(1)} MB in the second half`] : [];
    return { cycles: count, memory: measured, growth, faults };
  } finally {
    await host.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function readMemory(pid) {
  return 1024 * Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

// Reads damaged files, in a process of its own, which may hang or die of one.
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inspectFile, PruneError } from '../../dist/index.js';
import { readHeader } from '../../dist/gguf/index.js';
import { describeModel } from '../../dist/model/index.js';
import { planDrop } from '../../dist/rewrite/index.js';
import { makeBaseFiles } from './baseFiles.mjs';
import { damage } from './damage.mjs';

const slowAt = 1000;
const bases = makeBaseFiles();
const [folder, from, count] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const file = path.join(folder, `damaged-${from}.gguf`);
const found = { codes: {}, valid: 0, refusedDrops: 0, slowest: 0, faults: [] };

// what is needed to read any file is loaded before memory is measured
for (const { bytes } of bases) await read(bytes);
const before = process.memoryUsage().rss;
let most = before;

for (let seed = from; seed < from + count; seed++) {
  const base = bases[seed % bases.length];
  const { bytes, done } = damage(base.bytes, seed);
  const started = performance.now();
  const outcome = await read(bytes);
  const milliseconds = performance.now() - started;
  found.slowest = Math.max(found.slowest, milliseconds);
  if (outcome.error !== undefined || milliseconds > slowAt) {
    found.faults.push({ seed, base: base.name, done, milliseconds, error: outcome.error ?? 'slow' });
  }
  if (outcome.code !== undefined) found.codes[outcome.code] = (found.codes[outcome.code] ?? 0) + 1;
  else if (outcome.error === undefined) found.valid++;
  if (outcome.isRefused) found.refusedDrops++;
  if (seed % 50 === 0) {
    most = Math.max(most, process.memoryUsage().rss);
    process.send?.({ seed });
  }
}
rmSync(file, { force: true });
process.send?.({ done: { ...found, memory: most - before } });
process.disconnect?.();

/** A valid result or a coded error; `error` for anything else. */
async function read(bytes) {
  writeFileSync(file, bytes);
  try {
    await inspectFile(file);
    return { isRefused: await planRefused() };
  } catch (error) {
    return error instanceof PruneError ? { code: error.code } : { error: String(error?.stack ?? error) };
  }
}

/** Whether a drop that the file allows to be planned is refused with a code; throws what has none. */
async function planRefused() {
  const header = await readHeader(file);
  const description = describeModel(header);
  try {
    planDrop(header, description, { dropped: [0], droppedAttention: [] }, []);
    return false;
  } catch (error) {
    if (error instanceof PruneError) return true;
    throw error;
  }
}

// The memory that it takes to read and to rewrite a model of 20 GB: of this process alone, which does nothing else.
//   node scripts/bench/largeFile.mjs inspect|rewrite FOLDER
import { rmSync } from 'node:fs';
import path from 'node:path';
import { inspectFile, writePruned } from '../../dist/index.js';
import { makeModel } from './makeModel.mjs';

const shape = { blocks: 80, embedding: 8192, feedForward: 16_384, heads: 64, headsKv: 8, vocabulary: 32_000 };

const [what, folder] = process.argv.slice(2);
const file = path.join(folder, 'large.gguf');
if (what === 'make') {
  console.log(makeModel(file, shape, { isEmpty: true }));
} else if (what === 'inspect') {
  console.log((await inspectFile(file)).blocks.length);
} else {
  const target = path.join(folder, 'pruned.gguf');
  await writePruned(file, [10, 11, 12], target, { overwrite: true });
  rmSync(target);
}

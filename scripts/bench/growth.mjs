// How the time and the memory of scoring grow with blocks, width and tokens, on models that are made for it.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openModel } from '../../dist/index.js';
import { makeModel } from './makeModel.mjs';
import { median } from './processes.mjs';

const base = { blocks: 24, embedding: 512, tokens: 512 };

/** One thing grows at a time. */
const cases = [
  ...[6, 12, 24, 48, 96].map((blocks) => ({ ...base, what: 'blocks', blocks })),
  ...[128, 256, 512, 1024].map((embedding) => ({ ...base, what: 'width', embedding })),
  ...[128, 256, 512, 1024, 2048].map((tokens) => ({ ...base, what: 'tokens of a window', tokens })),
];

/** What the growth is compared with: the weights that a token is multiplied with, and the tokens. */
const countWork = ({ blocks, embedding, tokens }) => blocks * embedding ** 2 * tokens;

/** @param rounds passes of each that count */
export async function measureGrowth(rounds) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'prune-gguf-growth-'));
  try {
    const measured = [];
    for (const one of cases) measured.push({ ...one, ...(await measureCase(one, folder, rounds)) });
    const first = (what) => measured.find((one) => one.what === what);
    return {
      title: `A window scored, on generated models (llama, Q4_0, feed-forward of three times the width, a vocabulary of 512; median of ${rounds} passes). Of each kind the first row is the measure of the others: time by the weights that tokens are multiplied with would be 1 everywhere.`,
      head: [
        'what grows',
        'blocks',
        'width',
        'tokens',
        'model, MB',
        'time',
        'time by weights and tokens',
        'memory, MB',
      ],
      rows: measured.map((one) => {
        const time = one.seconds / first(one.what).seconds;
        const work = countWork(one) / countWork(first(one.what));
        return [
          one.what,
          ...[one.blocks, one.embedding, one.tokens].map(String),
          (one.bytes / 1e6).toFixed(0),
          time.toFixed(2),
          (time / work).toFixed(2),
          (one.memory / 1e6).toFixed(0),
        ];
      }),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureCase({ blocks, embedding, tokens }, folder, rounds) {
  const file = path.join(folder, 'model.gguf');
  const heads = embedding / 64;
  const bytes = makeModel(file, {
    blocks,
    embedding,
    feedForward: 3 * embedding,
    heads,
    headsKv: heads,
    vocabulary: 512,
  });
  const model = await openModel(file, { gpu: 'off', contextTokens: tokens });
  try {
    const window = Int32Array.from({ length: tokens }, (_, i) => 3 + ((i * 37 + (i % 11) * 5) % 500));
    const seconds = [];
    for (let round = 0; round <= rounds; round++) {
      const started = performance.now();
      await model.runWindow({ tokens: window, gram: true });
      if (round > 0) seconds.push((performance.now() - started) / 1000);
    }
    const { peakBytes } = await model.measureMemory();
    return { bytes, seconds: median(seconds), memory: peakBytes };
  } finally {
    await model.close();
  }
}

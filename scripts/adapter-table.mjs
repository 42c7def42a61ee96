// Trains an adapter, puts the same one into the matrices, and lets stock llama.cpp (llama-perplexity) measure the pruned model
// without it, with it beside (--lora) and with it in; then the same training of matrices as they are written, which is what
// --heal lora does without --adapter. Writes the table into docs/training.md.
//   npm run adapter-table -- --text wiki.test.raw [--drop 13,14,17,25,26] [--heal reconstruct,lora] [--heal-text FILE]
//     [--train-tokens 24000] [--types Q8_0] [--chunks 40] [--write]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openModel, parseBlockList, parseHealing, pruneFile } from '../dist/index.js';
import { matrixKinds } from '../dist/heal/index.js';
import { noDrop } from '../dist/model/index.js';
import { applyPlan, planDrop, verifyFile } from '../dist/rewrite/index.js';
import { mergeTrained } from '../dist/run/heal/mergeTrained.js';
import { listTrainedMatrices } from '../dist/run/heal/trainedTensors.js';
import { weighColumns } from '../dist/run/heal/weighColumns.js';
import { findHealType } from '../dist/run/heal/weights.js';
import { prepareWindows } from '../dist/run/start.js';
import { readCalibration } from '../dist/score/index.js';
import { buildPeer } from './bench/peers.mjs';
import { replaceSection } from './bench/replaceSection.mjs';
import { openFigures } from './figures.mjs';
import { readAdapter } from './heal/readAdapter.mjs';
import { renderTable } from './reproduce/tables.mjs';
import { bringSampleModels } from './sample-models.mjs';

const root = path.resolve(import.meta.dirname, '..');
const { values: options } = parseArgs({
  options: {
    text: { type: 'string' },
    drop: { type: 'string', default: '13,14,17,25,26' },
    heal: { type: 'string', default: 'reconstruct,lora' },
    'heal-text': { type: 'string' },
    'train-tokens': { type: 'string', default: '24000' },
    types: { type: 'string', default: 'Q8_0' },
    chunks: { type: 'string', default: '40' },
    figures: { type: 'string', default: path.join(root, 'docs', 'training', 'adapter.json') },
    fresh: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
if (options.text === undefined)
  throw new Error('--text FILE: a text to judge on, which nothing is trained on');

const contextTokens = 512;
const folder = mkdtempSync(path.join(os.tmpdir(), 'adapter-table-'));
const [file] = await bringSampleModels();
const healText = options['heal-text'];

/** What llama-perplexity says of a model, with or without an adapter. */
function measurePerplexity(model, adapter) {
  const args = ['-m', model, '-f', options.text, '-c', String(contextTokens), '--chunks', options.chunks];
  const beside = adapter === undefined ? [] : ['--lora', adapter];
  const { stdout, stderr } = spawnSync(buildPeer('llama-perplexity'), [...args, '-ngl', '0', ...beside], {
    encoding: 'utf8',
  });
  const perplexity = Number(/Final estimate: PPL = ([\d.]+)/.exec(stdout + stderr)?.[1]);
  if (Number.isNaN(perplexity)) throw new Error(`llama-perplexity gave no estimate:\n${stdout}${stderr}`);
  const bytes = statSync(model).size + (adapter === undefined ? 0 : statSync(adapter).size);
  return { perplexity, bytes };
}

/** The pruned model with the adapter put into its matrices, as --heal lora does it. */
async function writeMerged(pruned, adapter, type) {
  const target = path.join(folder, 'merged.gguf');
  const session = await openModel(pruned, { gpu: 'off', contextTokens, trained: true });
  try {
    const repairs = await mergeAdapter(session, await readAdapter(adapter), type);
    const plan = planDrop(session.header, session.description, noDrop, [], undefined, repairs);
    await applyPlan(plan, target, { overwrite: true, check: (partial) => verifyFile(plan, partial) });
  } finally {
    await session.close();
  }
  return target;
}

async function mergeAdapter(session, { rank, alpha, pairs }, type) {
  await session.beginTraining({ rank, alpha, matrices: pairs, wholes: [] });
  const cut = { windows: Infinity, windowTokens: contextTokens };
  const { scoring } = await prepareWindows(session, await readCalibration(healText), cut);
  await weighColumns(session, scoring, { bypass: [], bypassAttention: [] }, new Set(), {});
  const matrices = listTrainedMatrices(session, noDrop, matrixKinds, { type });
  return mergeTrained(session, { matrices, norms: [], maps: [] }, {});
}

const settings = {
  text: path.basename(options.text),
  chunks: Number(options.chunks),
  healText: healText === undefined ? null : path.basename(healText),
  tokens: Number(options['train-tokens']),
};
const figures = openFigures(options.figures, options.fresh);
try {
  await figures.measure(
    `${options.drop} | ${options.heal}`,
    path.basename(file, '.gguf'),
    settings,
    async () => {
      const [output, adapter] = [path.join(folder, 'pruned.gguf'), path.join(folder, 'adapter.gguf')];
      const request = {
        model: file,
        amount: { drop: parseBlockList(options.drop) },
        heal: parseHealing(options.heal),
        healText,
        trainTokens: settings.tokens,
      };
      const { healing } = await pruneFile({ ...request, output, adapter });
      const merged = {};
      for (const type of [undefined, ...options.types.split(',').filter(Boolean)]) {
        merged[type ?? 'their own types'] = measurePerplexity(
          await writeMerged(output, adapter, findHealType(type)),
        );
      }
      const written = path.join(folder, 'written.gguf');
      await pruneFile({ ...request, output: written });
      return {
        divergences: [healing.training.divergenceBefore, healing.training.divergenceTrained],
        without: measurePerplexity(output),
        beside: measurePerplexity(output, adapter),
        merged,
        written: measurePerplexity(written),
      };
    },
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const rows = Object.entries(figures.read()).flatMap(([key, by]) =>
  Object.entries(by).flatMap(([model, { without, beside, merged, written }]) => {
    const [drop, heal] = key.split(' | ');
    const row = (how, { perplexity, bytes }) => [
      `${model} without ${drop}, ${heal}`,
      how,
      perplexity.toFixed(2),
      `${(100 * (perplexity / beside.perplexity - 1)).toFixed(2)} %`,
      `${(bytes / 1e6).toFixed(1)} MB`,
    ];
    return [
      row('without the adapter', without),
      row('with it beside (`--lora`)', beside),
      ...Object.entries(merged).map(([type, one]) => row(`put into the matrices, in ${type}`, one)),
      ...(written === undefined
        ? []
        : [row('none: trained as it is written, norms too, in their own types', written)]),
    ];
  }),
);
const table = [
  `llama-perplexity of stock llama.cpp, ${options.chunks} chunks of ${contextTokens} tokens of ${settings.text}.`,
  '',
  renderTable(['model', 'the adapter', 'perplexity', 'against it beside', 'bytes'], rows, 2),
].join('\n');
console.log(table);
if (options.write) replaceSection('training.md', 'adapter', table);

// Which combination of dropping, healing and requantising is best at equal bytes? Writes the table into docs/healing.md.
//   npm run bytes-table -- --text wiki.test.raw [--drops 0,2,5,8] [--heal reconstruct,patch] [--heal-text FILE] [--train-tokens 60000]
//     [--threads 1] [--write]
// Perplexity is that of llama-perplexity on the first windows of 512 tokens.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { cutText, measureLoss, openModel, parseHealing, pruneFile } from '../dist/index.js';
import { fileTypeNumbers } from '../dist/model/index.js';
import { quantizeModel } from '../dist/native/index.js';
import { replaceSection } from './bench/replaceSection.mjs';
import { openFigures } from './figures.mjs';
import { describeHealing } from './heal/measure.mjs';
import { renderTable } from './reproduce/tables.mjs';
import { bringSampleModels } from './sample-models.mjs';

const root = path.resolve(import.meta.dirname, '..');
const { values: options } = parseArgs({
  options: {
    text: { type: 'string' },
    windows: { type: 'string', default: '8' },
    drops: { type: 'string', default: '0,2,5,8' },
    types: { type: 'string', default: 'Q3_K_M,Q2_K' },
    heal: { type: 'string', default: 'reconstruct,patch' },
    'heal-text': { type: 'string' },
    'train-tokens': { type: 'string' },
    threads: { type: 'string' },
    figures: { type: 'string', default: path.join(root, 'docs', 'healing', 'bytes.json') },
    fresh: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
if (options.text === undefined)
  throw new Error('--text FILE: a text to judge on, which nothing is fitted to');

const threads = options.threads === undefined ? undefined : Number(options.threads);
const windows = Number(options.windows);
const text = readFileSync(options.text, 'utf8');
const healText = options['heal-text'];
const trainTokens = options['train-tokens'] === undefined ? undefined : Number(options['train-tokens']);
const healedBy = describeHealing({ method: options.heal, healText, trainTokens });
const folder = mkdtempSync(path.join(os.tmpdir(), 'bytes-table-'));
const figures = openFigures(options.figures, options.fresh);
const [file] = await bringSampleModels();

async function measurePerplexity(file) {
  const model = await openModel(file, { contextTokens: 512, threads });
  try {
    const { bos, addBos } = model.facts;
    const start = addBos && bos !== null ? bos : undefined;
    const cut = cutText(await model.tokenize(text), options.text, { context: 512, bos: start });
    const { loss } = await measureLoss(model, cut.slice(0, windows));
    return { bytes: statSync(file).size, perplexity: Math.exp(loss) };
  } finally {
    await model.close();
  }
}

/** A file as it is and requantised. */
async function measureTypes(file) {
  const found = { 'as it is': await measurePerplexity(file) };
  for (const type of options.types.split(',')) {
    const made = path.join(folder, `${type}.gguf`);
    await quantizeModel(file, made, fileTypeNumbers.get(type));
    found[type] = await measurePerplexity(made);
    rmSync(made);
  }
  return found;
}

async function drop(count, isHealed) {
  if (count === 0) return { file, dropped: [] };
  const output = path.join(folder, 'dropped.gguf');
  const { dropped } = await pruneFile({
    model: file,
    output,
    overwrite: true,
    threads,
    amount: { blocks: count },
    ...(isHealed ? { heal: parseHealing(options.heal), healText, trainTokens } : {}),
  });
  return { file: output, dropped };
}

const settings = {
  text: path.basename(options.text),
  windows,
  types: options.types,
};
try {
  for (const count of options.drops.split(',').map(Number)) {
    for (const by of count === 0 ? ['none'] : ['none', healedBy]) {
      await figures.measure(`${count} | ${by}`, path.basename(file, '.gguf'), settings, async () => {
        const made = await drop(count, by !== 'none');
        return { dropped: made.dropped, types: await measureTypes(made.file) };
      });
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const rows = Object.entries(figures.read()).flatMap(([key, by]) =>
  Object.values(by).flatMap(({ dropped, types }) =>
    Object.entries(types).map(([type, { bytes, perplexity }]) => ({ key, dropped, type, bytes, perplexity })),
  ),
);
const isBeaten = ({ bytes, perplexity }) =>
  rows.some((other) => other.bytes <= bytes && other.perplexity < perplexity);
const table = [
  `${path.basename(file)}; perplexity on the first ${windows} windows of 512 tokens of ${settings.text}, as llama-perplexity has it. In bold what nothing smaller beats.`,
  '',
  renderTable(
    ['file', 'perplexity', 'dropped', 'healed by', 'requantised to'],
    rows
      .toSorted((a, b) => b.bytes - a.bytes)
      .map((row) => {
        const mark = isBeaten(row) ? '' : '**';
        const heal = row.key.split(' | ')[1];
        return [
          `${(row.bytes / 1e6).toFixed(1)} MB`,
          `${mark}${row.perplexity.toFixed(1)}${mark}`,
          row.dropped.length === 0 ? 'nothing' : row.dropped.join(' '),
          heal === 'none' ? '–' : heal,
          row.type === 'as it is' ? '–' : row.type,
        ];
      }),
  ),
].join('\n');
console.log(table);
if (options.write) replaceSection('healing.md', 'bytes', table);

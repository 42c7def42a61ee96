// Heals drops in several ways and sets them side by side, on a text that nothing was fitted to. Writes the table into
// docs/healing.md.
//   npm run heal-table -- --text wiki.test.raw [--models SmolLM2] [--sets '10-14;13,14,17,25,26'] [--methods 'none;reconstruct']
//     [--heal-text self:24000] [--windows 8] [--write]
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { replaceSection } from './bench/replaceSection.mjs';
import { openFigures } from './figures.mjs';
import { healingSets, measureHealed } from './heal/measure.mjs';
import { renderTable } from './reproduce/tables.mjs';
import { bringSampleModels } from './sample-models.mjs';

const root = path.resolve(import.meta.dirname, '..');
const { values: options } = parseArgs({
  options: {
    text: { type: 'string' },
    windows: { type: 'string', default: '8' },
    models: { type: 'string', default: '' },
    sets: { type: 'string' },
    methods: { type: 'string', default: 'none;linear;reconstruct;patch;reconstruct,patch' },
    'heal-text': { type: 'string' },
    figures: { type: 'string', default: path.join(root, 'docs', 'healing', 'figures.json') },
    fresh: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
if (options.text === undefined)
  throw new Error('--text FILE: a text to judge on, which nothing is fitted to');

const text = { name: path.basename(options.text), text: readFileSync(options.text, 'utf8') };
const figures = openFigures(options.figures, options.fresh);
const folder = mkdtempSync(path.join(os.tmpdir(), 'heal-table-'));
try {
  for (const file of await bringSampleModels()) {
    const name = path.basename(file, '.gguf');
    if (!name.startsWith(options.models)) continue;
    for (const set of options.sets?.split(';') ?? healingSets(name)) {
      for (const method of options.methods.split(';')) {
        const settings = {
          text: text.name,
          windows: Number(options.windows),
          healText: options['heal-text'] ?? null,
        };
        await figures.measure(`${set} | ${method}`, name, settings, () =>
          measureHealed(file, { ...settings, set, method, text, folder }),
        );
      }
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const measured = figures.read();
const models = [...new Set(Object.values(measured).flatMap((by) => Object.keys(by)))];
const sections = models.map((model) => {
  const rows = Object.entries(measured).flatMap(([key, by]) => {
    if (by[model] === undefined) return [];
    const [set, method] = key.split(' | ');
    const without = measured[`${set} | none`]?.[model];
    const { whole, loss, bytes, seconds, dropped } = by[model];
    const closed = without === undefined ? NaN : (without.loss - loss) / (without.loss - whole);
    return [
      [
        set === dropped ? set : `${set}: ${dropped}`,
        method,
        Math.exp(whole).toFixed(1),
        Math.exp(loss).toFixed(1),
        method === 'none' || Number.isNaN(closed) ? '–' : `${(100 * closed).toFixed(0)} %`,
        `${(bytes / 1e6).toFixed(1)} MB`,
        method === 'none' ? '–' : `${Math.round(seconds)} s`,
      ],
    ];
  });
  const head = ['dropped', 'healed by', 'perplexity, whole', 'now', 'gap closed', 'file', 'took'];
  return [`${model}:`, '', renderTable(head, rows)].join('\n');
});
const table = [
  `Perplexity of ${text.name}, ${options.windows} windows of 512 tokens; of the gap between the logarithms of the dropped and the whole model's, the part that healing closes.`,
  ...sections,
].join('\n\n');
console.log(table);
if (options.write) replaceSection('healing.md', 'healing', table);

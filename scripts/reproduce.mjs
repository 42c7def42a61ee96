// Checks the papers' claims on the sample models, and writes docs/reproduction.md with its plots.
//   npm run reproduce -- [--text FILE] [--data FOLDER] [--windows 8] [--limit 100] [--only damage,quantisation]
// What was measured stays in docs/reproduction/figures.json: a run that was stopped goes on where it was, and
// one with everything measured only draws. --fresh measures anew. Without --data no questions are asked.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { replaceSection } from './bench/replaceSection.mjs';
import { openFigures } from './figures.mjs';
import { measureCollapse } from './reproduce/collapse.mjs';
import { measureDamage } from './reproduce/damage.mjs';
import { measureLatency } from './reproduce/latency.mjs';
import { measureMixtures } from './reproduce/mixtures.mjs';
import { renderPage } from './reproduce/page.mjs';
import { plotFolder } from './reproduce/plots.mjs';
import { bringSampleModels } from './sample-models.mjs';

const parts = {
  damage: measureDamage,
  quantisation: measureMixtures,
  latency: measureLatency,
  collapse: measureCollapse,
};
const { values: options } = parseArgs({
  options: {
    text: { type: 'string' },
    data: { type: 'string', multiple: true },
    windows: { type: 'string', default: '8' },
    limit: { type: 'string', default: '100' },
    only: { type: 'string', default: Object.keys(parts).join(',') },
    fresh: { type: 'boolean', default: false },
  },
});

const builtIn = path.resolve(import.meta.dirname, '..', 'assets', 'calibration.txt');
const conditions = {
  label: options.text === undefined ? 'the built-in text' : path.basename(options.text),
  windows: Number(options.windows),
  limit: Number(options.limit),
};
const text = readFileSync(options.text ?? builtIn, 'utf8');
const figures = openFigures(path.join(plotFolder, 'figures.json'), options.fresh);
const folder = mkdtempSync(path.join(os.tmpdir(), 'reproduce-'));
try {
  for (const file of await bringSampleModels()) {
    for (const part of options.only.split(',')) {
      const name = path.basename(file, '.gguf');
      const settings = { ...conditions, text, data: options.data, folder };
      await figures.measure(part, name, conditions, () => parts[part](file, settings));
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const [section, text] of Object.entries(await renderPage(figures.read()))) {
  replaceSection('reproduction.md', section, text);
}

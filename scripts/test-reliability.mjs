// Damaged files, dying processes, disturbed rewrites, leaks: what is promised of them, with figures.
//   npm run test:reliability                    as CI runs it
//   npm run test:reliability -- --files 1000000 --first 100000      more damaged files, by other seeds
//   npm run test:reliability -- --only files,rewrites --write           some of it; into docs/reliability.md
import path from 'node:path';
import { parseArgs } from 'node:util';
import { replaceSection } from './bench/replaceSection.mjs';
import { openFigures } from './figures.mjs';
import { killProcesses } from './reliability/deaths.mjs';
import { disturbRewrites } from './reliability/files.mjs';
import { fuzzFiles } from './reliability/fuzz.mjs';
import { cycleModels } from './reliability/leaks.mjs';
import { renderReliability } from './reliability/render.mjs';
import { bringSampleModels } from './sample-models.mjs';

const root = path.resolve(import.meta.dirname, '..');
const { values: options } = parseArgs({
  options: {
    files: { type: 'string', default: '100000' },
    first: { type: 'string', default: '0' },
    kills: { type: 'string', default: '50' },
    cycles: { type: 'string', default: '200' },
    only: { type: 'string', default: 'files,deaths,rewrites,leaks' },
    write: { type: 'boolean', default: false },
  },
});

const [model] = await bringSampleModels(['smollm2']);
const parts = {
  files: () => fuzzFiles(Number(options.files), { first: Number(options.first) }),
  deaths: () => killProcesses(model),
  rewrites: () => disturbRewrites(model, Number(options.kills)),
  leaks: () => cycleModels(Number(options.cycles)),
};

const names = options.only.split(',');
const unknown = names.filter((name) => !(name in parts));
if (unknown.length > 0)
  throw new Error(`no part is called ${unknown.join(', ')}: ${Object.keys(parts).join(', ')}`);
const figures = openFigures(path.join(root, 'build', 'reliability.json'), false);
// each time is another one
for (const name of names) await figures.measure(name, '–', { at: Date.now() }, parts[name]);
const found = figures.read();
const table = renderReliability(found);
console.log(table);
if (options.write) replaceSection('reliability.md', 'reliability', table);

const faults = names.flatMap((name) => found[name]['–'].faults);
if (faults.length > 0) {
  console.error(`${faults.length} faults:`, JSON.stringify(faults.slice(0, 10), undefined, 2));
  process.exitCode = 1;
}

// Sets ways to choose blocks side by side: all are calibrated on the built-in text and judged on texts that none of them
// saw. Writes the table into docs/search.md.
//   npm run search-table -- --text wiki.test.raw --text other.txt [--windows 8] [--methods auto,greedy] [--write]
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { replaceSection } from './bench/replaceSection.mjs';
import { openFigures } from './figures.mjs';
import { renderTable } from './reproduce/tables.mjs';
import { bringSampleModels } from './sample-models.mjs';
import { measureHeldOut } from './search/heldOut.mjs';
import { openKnown } from './search/knownDamage.mjs';
import { methods, withProblem } from './search/methods.mjs';

const root = path.resolve(import.meta.dirname, '..');
const { values: options } = parseArgs({
  options: {
    text: { type: 'string', multiple: true },
    windows: { type: 'string', default: '8' },
    methods: { type: 'string', default: Object.keys(methods).join(',') },
    models: { type: 'string', default: '' },
    threads: { type: 'string' },
    fresh: { type: 'boolean', default: false },
    figures: { type: 'string', default: path.join(root, 'docs', 'search', 'figures.json') },
    write: { type: 'boolean', default: false },
  },
});
if (options.text === undefined) throw new Error('--text FILE: texts to judge on, which no search sees');

const shares = [0.1, 0.2, 0.3];
const texts = options.text.map((file) => ({ name: path.basename(file), text: readFileSync(file, 'utf8') }));
const figures = openFigures(options.figures, options.fresh);
console.error(`figures are kept in ${options.figures}, and read from there unless --fresh`);
const settings = { windows: Number(options.windows), texts: texts.map(({ name }) => name) };
const threads = options.threads === undefined ? undefined : Number(options.threads);

for (const file of await bringSampleModels()) {
  const name = path.basename(file, '.gguf');
  if (!name.startsWith(options.models)) continue;
  const known = openKnown(path.join(root, 'build', 'search', `${name}.jsonl`), options.fresh);
  for (const method of options.methods.split(',')) {
    await figures.measure(method, name, settings, async () =>
      withProblem(file, { windows: settings.windows, threads, known }, async (problem) => {
        const counts = shares.map((share) => Math.round(share * problem.blocks));
        const found = await methods[method](problem, counts);
        return { found: await measureHeldOut(problem.model, found, texts, known) };
      }),
    );
  }
}

const measured = figures.read();
const names = options.methods.split(',').filter((method) => measured[method] !== undefined);
const sections = Object.keys(measured[names[0]]).map((model) => {
  const greedy = measured['greedy perplexity']?.[model]?.found;
  const rows = names.flatMap((method) =>
    (measured[method][model]?.found ?? []).map(({ dropped, ratios, blocks }, i) => ({
      method,
      i,
      dropped,
      ratios,
      blocks,
    })),
  );
  const best = (i, text) => Math.min(...rows.filter((row) => row.i === i).map(({ ratios }) => ratios[text]));
  return [
    `${model}:`,
    '',
    renderTable(
      ['dropped', 'way', ...settings.texts, 'blocks run', 'of greedy’s', 'blocks'],
      rows
        .toSorted((a, b) => a.i - b.i)
        .map(({ method, i, dropped, ratios, blocks }) => [
          String(dropped.length),
          method,
          ...settings.texts.map((text) => {
            const over = ratios[text] / best(i, text) - 1;
            return `${ratios[text].toFixed(3)} (${over === 0 ? 'best' : `+${(100 * over).toFixed(1)} %`})`;
          }),
          String(blocks),
          greedy === undefined ? '–' : `${((100 * blocks) / greedy[i].blocks).toFixed(0)} %`,
          dropped.join(' '),
        ]),
    ),
  ].join('\n');
});
const table = [
  `Perplexity as a multiple of the whole model's, on 12 windows of 512 tokens of each text; searches measured on ${settings.windows} windows of the built-in text. Blocks run are those of all passes over windows.`,
  ...sections,
].join('\n\n');
console.log(table);
if (options.write) replaceSection('search.md', 'searches', table);

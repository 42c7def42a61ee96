// Measures what the docs claim, as ratios of interleaved runs, and prints Markdown tables.
//   npm run bench -- --text FILE            beside llama.cpp's own programs, and how costs grow; FILE is read by both
//   npm run bench -- --data FOLDER          also: questions of MMLU against bare forward passes
//   npm run bench -- --only NAME,NAME       parts by their names (--list shows them)
//   npm run bench -- --write                put the tables into docs/benchmarks.md
// What was measured is kept in docs/benchmarks/figures.json, part by part; --fresh measures anew.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { comparisons } from './bench/againstPeers.mjs';
import { measureGrowth } from './bench/growth.mjs';
import { measureRankAgreement } from './bench/rankAgreement.mjs';
import { renderFigures } from './bench/renderFigures.mjs';
import { replaceSection } from './bench/replaceSection.mjs';
import { measureScoringCost } from './bench/scoringCost.mjs';
import { measureSinglesCost } from './bench/singlesCost.mjs';
import { measureTaskCost } from './bench/taskCost.mjs';
import { measureTrainingCost } from './bench/trainingCost.mjs';
import { openFigures } from './figures.mjs';
import { bringSampleModels } from './sample-models.mjs';

const root = path.resolve(import.meta.dirname, '..');
const { values: options } = parseArgs({
  options: {
    text: { type: 'string' },
    data: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    windows: { type: 'string', default: '16' },
    only: { type: 'string' },
    list: { type: 'boolean', default: false },
    figures: { type: 'string', default: path.join(root, 'docs', 'benchmarks', 'figures.json') },
    fresh: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const [rounds, windows] = [Number(options.rounds), Number(options.windows)];
const { text, data } = options;

/** Each part by its name: of a model, or of none (`label` is in its place); `needs` names the option without which it is left out. */
const parts = {
  ...Object.fromEntries(
    Object.entries(comparisons).map(([name, { run, ...part }]) => [
      name,
      { ...part, run: (file) => run({ file, text, windows, rounds }) },
    ]),
  ),
  'scoring-pass': { run: (file) => measureScoringCost([file], rounds) },
  'single-blocks': { run: (file) => measureSinglesCost([file], 3) },
  training: { run: (file) => measureTrainingCost([file], rounds) },
  growth: { only: 0, label: 'generated', run: () => measureGrowth(rounds) },
  'built-in-text': { needs: 'text', run: (file) => measureRankAgreement([file], text) },
  questions: { needs: 'data', run: (file) => measureTaskCost([file], data) },
};

if (options.list) {
  console.log(Object.keys(parts).join('\n'));
} else {
  const figures = openFigures(options.figures, options.fresh);
  const models = await bringSampleModels();
  const names = options.only?.split(',') ?? Object.keys(parts);
  for (const name of names) {
    const part = parts[name];
    if (part === undefined) throw new Error(`there is no part ${name}; --list shows all`);
    if (part.needs !== undefined && options[part.needs] === undefined) {
      console.error(`${name}: left out, it needs --${part.needs}`);
      continue;
    }
    for (const [index, file] of models.entries()) {
      if (part.only !== undefined && part.only !== index) continue;
      await figures.measure(name, part.label ?? path.basename(file), { rounds, windows }, () =>
        part.run(file),
      );
    }
  }
  const tables = renderFigures(figures.read());
  console.log(tables);
  if (options.write) replaceSection('benchmarks.md', 'bench', tables);
}

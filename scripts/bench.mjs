// Measures what the docs claim, as ratios of interleaved runs, and prints a Markdown table.
//   npm run bench                      scoring against a plain forward pass; each block left out once against whole passes
//   npm run bench -- --text FILE       also: does the built-in text rank blocks as FILE does?
//   npm run bench -- --data FOLDER     also: questions of MMLU against bare forward passes
//   npm run bench -- --write           put the tables into docs/benchmarks.md
import os from 'node:os';
import { parseArgs } from 'node:util';
import { measureRankAgreement } from './bench/rankAgreement.mjs';
import { measureScoringCost } from './bench/scoringCost.mjs';
import { measureSinglesCost } from './bench/singlesCost.mjs';
import { measureTaskCost } from './bench/taskCost.mjs';
import { replaceSection } from './bench/replaceSection.mjs';
import { bringSampleModels } from './sample-models.mjs';

const { values: options } = parseArgs({
  options: {
    text: { type: 'string' },
    data: { type: 'string' },
    rounds: { type: 'string', default: '9' },
    write: { type: 'boolean', default: false },
  },
});

const models = await bringSampleModels();
const sections = [
  await measureScoringCost(models, Number(options.rounds)),
  await measureSinglesCost(models, 3),
];
if (options.text !== undefined) sections.push(await measureRankAgreement(models, options.text));
if (options.data !== undefined) sections.push(await measureTaskCost(models, options.data));

const machine = `${os.cpus()[0]?.model.trim()}, ${os.availableParallelism()} cores, Node ${process.version}`;
const tables = `Measured on ${machine}.\n\n${sections.join('\n\n')}\n`;
console.log(tables);

if (options.write) {
  replaceSection('benchmarks.md', 'bench', tables.trimEnd());
}

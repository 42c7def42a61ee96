// Asks both sample models a fixed subset of MMLU, CMMLU and CMNLI, whole and with 10 % and 25 % of their blocks dropped,
// and writes the table into docs/benchmarks.md. Answers are kept: a run that was stopped goes on where it was.
//   npm run task-table -- --data FOLDER [--tasks mmlu,cmmlu,cmnli] [--limit 200] [--text FILE] [--write]
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { evaluateFile, parseSources, pruneFile, tasks as knownTasks } from '../dist/index.js';
import { replaceSection } from './bench/replaceSection.mjs';
import { bringSampleModels } from './sample-models.mjs';

const { values: options } = parseArgs({
  options: {
    data: { type: 'string', multiple: true },
    tasks: { type: 'string', default: 'mmlu,cmmlu,cmnli' },
    limit: { type: 'string', default: '200' },
    text: { type: 'string' },
    windows: { type: 'string', default: '10' },
    write: { type: 'boolean', default: false },
  },
});
if (options.data === undefined) throw new Error('--data FOLDER: where the data sets lie');

const ratios = [0, 0.1, 0.25];
const limit = Number(options.limit);
const names = options.tasks.split(',');
const findSource = parseSources(options.data);
const tasks = names.map((task) => ({ task, source: findSource(task), limit }));
const folder = mkdtempSync(path.join(os.tmpdir(), 'task-table-'));
const onEvent = ({ kind, stage, part, done, total }) => {
  if (kind === 'progress' && done === total) console.error(`${stage} ${part ?? ''} ${done}/${total}`);
};

/** The model without some blocks: the model itself for none. */
async function dropBlocks(model, ratio) {
  if (ratio === 0) return { file: model, dropped: [] };
  const output = path.join(folder, `${path.basename(model, '.gguf')}-${100 * ratio}.gguf`);
  const { dropped } = await pruneFile({ model, output, amount: { ratio }, onEvent });
  return { file: output, dropped };
}

const percent = (value) => (100 * value).toFixed(1);
const rows = [];
let titles = [];
try {
  for (const model of await bringSampleModels()) {
    for (const ratio of ratios) {
      const { file, dropped } = await dropBlocks(model, ratio);
      const report = await evaluateFile({
        model: file,
        against: ratio === 0 ? undefined : model,
        text: options.text === undefined ? false : { file: options.text, windows: Number(options.windows) },
        tasks,
        generation: false,
        speed: false,
        onEvent,
      });
      titles = report.tasks.map(({ title, chance }) => `${title} (guessing ${percent(chance)})`);
      const cells = report.tasks.map(({ after, difference }) => {
        const change =
          difference === null
            ? ''
            : ` (${difference.value < 0 ? '−' : '+'}${percent(Math.abs(difference.value))} ± ${percent(difference.error)})`;
        return `${percent(after.accuracy.value)} ± ${percent(after.accuracy.error)}${change}`;
      });
      const name = ratio === 0 ? path.basename(model) : `without ${dropped.join(', ')}`;
      const text =
        report.text === null
          ? []
          : [report.text.after.perplexity.toFixed(1), report.text.divergence?.mean.toFixed(3) ?? '–'];
      rows.push([name, ...cells, ...text]);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const head = ['model', ...titles, ...(options.text === undefined ? [] : ['perplexity', 'KL divergence'])];
const line = (cells) => `| ${cells.join(' | ')} |`;
const known = names.map((name) => knownTasks.find((task) => task.name === name)?.title ?? name).join(', ');
const table = [
  `Accuracy in per cent ± standard error on ${limit} questions each of ${known}, evenly spaced over the data sets, no examples; in brackets the change against the whole model, question by question.`,
  ...(options.text === undefined
    ? []
    : [
        `Perplexity and KL divergence on the first ${options.windows} windows of 512 tokens of ${path.basename(options.text)}.`,
      ]),
  '',
  line(head),
  line(head.map(() => '---')),
  ...rows.map(line),
].join('\n');
console.log(table);
if (options.write) replaceSection('benchmarks.md', 'tasks', table);

// What training gains, by itself and after healing in closed form: a curve against minutes, and a table with perplexity and
// tasks. Writes both into docs/training.md.
//   npm run training-table -- --text wiki.test.raw [--models SmolLM2] [--sets '13,14,17,25,26'] [--train-tokens 98304]
//     [--heal-text FILE] [--heal-tokens 60000] [--heal-type Q8_0] [--windows 8] [--data FOLDER [--limit 200]] [--write]
// Rows that were measured before stay as they are.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { parseSources } from '../dist/index.js';
import { replaceSection } from './bench/replaceSection.mjs';
import { drawPlot } from './drawPlot.mjs';
import { openFigures } from './figures.mjs';
import { judge, measureHealed } from './heal/measure.mjs';
import { renderTable } from './reproduce/tables.mjs';
import { bringSampleModels } from './sample-models.mjs';

const docs = path.resolve(import.meta.dirname, '..', 'docs');
const { values: options } = parseArgs({
  options: {
    text: { type: 'string' },
    windows: { type: 'string', default: '8' },
    models: { type: 'string', default: 'SmolLM2' },
    sets: { type: 'string', default: '13,14,17,25,26' },
    methods: { type: 'string', default: 'none;reconstruct,patch;lora;reconstruct,patch,lora' },
    'train-tokens': { type: 'string' },
    'heal-text': { type: 'string' },
    'heal-tokens': { type: 'string' },
    'heal-type': { type: 'string' },
    data: { type: 'string', multiple: true, default: [] },
    limit: { type: 'string', default: '200' },
    figures: { type: 'string', default: path.join(docs, 'training', 'figures.json') },
    fresh: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
if (options.text === undefined)
  throw new Error('--text FILE: a text to judge on, which nothing is trained on');

const toNumber = (given) => (given === undefined ? undefined : Number(given));
const text = { name: path.basename(options.text), text: readFileSync(options.text, 'utf8') };
const windows = Number(options.windows);
const findSource = parseSources(options.data);
const tasks =
  options.data.length === 0
    ? []
    : ['hellaswag', 'arc-e'].map((task) => ({
        task,
        source: findSource(task),
        limit: Number(options.limit),
      }));
const figures = openFigures(options.figures, options.fresh);
const folder = mkdtempSync(path.join(os.tmpdir(), 'training-table-'));
const judging = { text, windows, tasks, folder };
const healing = {
  healText: options['heal-text'],
  healTokens: toNumber(options['heal-tokens']),
  healType: options['heal-type'],
};

/** What a row is called: the method, and what it was asked for beyond the defaults. */
function nameRow(method) {
  const { healText, healType } = healing;
  const trainTokens = method.includes('lora') ? toNumber(options['train-tokens']) : undefined;
  const more = [healText && path.basename(healText), healType, trainTokens && `${trainTokens} tokens`];
  return [method, ...(method === 'none' ? [] : more.filter(Boolean))].join(', ');
}

try {
  for (const file of await bringSampleModels()) {
    const model = path.basename(file, '.gguf');
    if (!model.startsWith(options.models)) continue;
    const settings = { text: text.name, windows, tasks: tasks.length };
    await figures.measure('whole', model, settings, async () => ({
      bytes: statSync(file).size,
      ...(await judge(file, judging)),
    }));
    for (const set of options.sets.split(';')) {
      for (const method of options.methods.split(';')) {
        await figures.measure(`${set} | ${nameRow(method)}`, model, settings, () =>
          measureHealed(file, {
            ...judging,
            ...(method === 'none' ? {} : healing),
            set,
            method,
            trainTokens: method.includes('lora') ? toNumber(options['train-tokens']) : undefined,
          }),
        );
      }
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The divergence of held-out windows by the minutes since healing began. */
function listCourse({ healing: done }) {
  const closed = done.steps.filter(({ kept }) => kept);
  const begun = done.steps.at(-1)?.seconds ?? 0;
  return [
    { seconds: 0, divergence: done.divergenceBefore },
    ...closed.map(({ seconds, fit }) => ({ seconds, divergence: fit.divergenceAfter })),
    ...(done.training?.course ?? []).map(({ seconds, divergence }) => ({
      seconds: begun + seconds,
      divergence,
    })),
  ].map(({ seconds, divergence }) => ({ minutes: seconds / 60, divergence }));
}

const measured = figures.read();
const rows = Object.entries(measured)
  .filter(([key]) => key.includes(' | '))
  .flatMap(([key, by]) => {
    const [set, method] = key.split(' | ');
    return Object.entries(by).map(([model, found]) => ({ set, method, model, found }));
  });

await drawPlot(path.join(docs, 'training', 'curve.svg'), {
  data: {
    values: rows.flatMap(({ set, method, model, found }) =>
      found.healing
        ? listCourse(found).map((point) => ({ ...point, method, drop: `${model} without ${set}` }))
        : [],
    ),
  },
  facet: { row: { field: 'drop' } },
  resolve: { scale: { x: 'independent', y: 'independent' } },
  spec: {
    width: 520,
    height: 260,
    mark: { type: 'line', point: { filled: true, size: 35 } },
    encoding: {
      x: { field: 'minutes', type: 'quantitative', title: 'minutes of healing' },
      y: {
        field: 'divergence',
        type: 'quantitative',
        scale: { zero: false },
        title: 'KL divergence of held-out windows, nats a token',
      },
      color: { field: 'method', type: 'nominal', sort: null, title: 'healed by' },
      shape: { field: 'method', type: 'nominal', sort: null, title: 'healed by' },
    },
  },
});

const percent = ({ value, error }) => `${(100 * value).toFixed(1)} ± ${(100 * error).toFixed(1)}`;
const show = ({ accuracy = {} }, task) => (accuracy[task] ? percent(accuracy[task]) : '–');
const tables = [...new Set(rows.map(({ model }) => model))].map((model) => {
  const whole = measured.whole[model];
  const line = (set, method, found) => {
    const none = measured[`${set} | none`]?.[model];
    const gap = found.healing && none ? (none.loss - found.loss) / (none.loss - whole.loss) : undefined;
    const { training } = found.healing ?? {};
    return [
      set,
      method,
      training ? `${(training.seconds / 60).toFixed(1)}` : '–',
      training
        ? `${training.divergenceAdapter.toFixed(3)} → ${training.divergenceMerged?.toFixed(3) ?? '–'}`
        : '–',
      Math.exp(found.loss).toFixed(1),
      gap === undefined ? '–' : `${(100 * gap).toFixed(0)} %`,
      show(found, 'hellaswag'),
      show(found, 'arc-e'),
      `${(found.bytes / 1e6).toFixed(1)} MB`,
    ];
  };
  const head = [
    'dropped',
    'healed by',
    'minutes of training',
    'KL of the adapter → merged',
    'perplexity',
    'gap closed',
    'HellaSwag',
    'ARC-e',
    'file',
  ];
  const mine = rows.filter((row) => row.model === model);
  return [
    `${model}:`,
    '',
    renderTable(head, [
      line('whole', '–', whole),
      ...mine.map(({ set, method, found }) => line(set, method, found)),
    ]),
  ].join('\n');
});
const table = [
  `Perplexity of ${text.name}, ${windows} windows of 512 tokens, of which nothing was trained on; tasks on ${options.limit} questions each, in per cent ± standard error.`,
  '![Divergence of held-out windows against minutes, a line for each way of healing](training/curve.svg)',
  ...tables,
].join('\n\n');
console.log(table);
if (options.write) replaceSection('training.md', 'trained', table);

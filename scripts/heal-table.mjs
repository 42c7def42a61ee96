// Heals drops in several ways and sets them side by side, on a text that nothing was fitted to. Writes the table into
// docs/healing.md, or into docs/training.md.
//   npm run heal-table -- --text wiki.test.raw [--models SmolLM2] [--sets '10-14;13,14,17,25,26'] [--methods 'none;reconstruct']
//     [--heal-text self:24000] [--heal-tokens 60000] [--heal-type Q8_0] [--train-tokens 100000] [--windows 8]
//     [--data FOLDER [--limit 200]] [--threads 1] [--curve FILE.svg] [--page training] [--write]
// --curve draws the divergence of held-out windows against minutes.
// Rows that were measured before stay as they are; with --data new ones are asked questions, too.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { replaceSection } from './bench/replaceSection.mjs';
import { parseSources, tasks as knownTasks } from '../dist/index.js';
import { openFigures } from './figures.mjs';
import { drawCourse } from './heal/drawCourse.mjs';
import { describeHealing, healingSets, judge, measureHealed } from './heal/measure.mjs';
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
    'heal-tokens': { type: 'string' },
    'heal-type': { type: 'string' },
    'train-tokens': { type: 'string' },
    data: { type: 'string', multiple: true, default: [] },
    limit: { type: 'string', default: '200' },
    threads: { type: 'string' },
    curve: { type: 'string' },
    page: { type: 'string', default: 'healing' },
    figures: { type: 'string' },
    fresh: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
if (options.text === undefined)
  throw new Error('--text FILE: a text to judge on, which nothing is fitted to');

const text = { name: path.basename(options.text), text: readFileSync(options.text, 'utf8') };
const windows = Number(options.windows);
const limit = Number(options.limit);
const findSource = parseSources(options.data);
const tasks =
  options.data.length === 0
    ? []
    : ['hellaswag', 'arc-e'].map((task) => ({ task, source: findSource(task), limit }));
const figures = openFigures(
  options.figures ?? path.join(root, 'docs', options.page, 'figures.json'),
  options.fresh,
);
const folder = mkdtempSync(path.join(os.tmpdir(), 'heal-table-'));
const threads = options.threads === undefined ? undefined : Number(options.threads);
const judging = { text, windows, tasks, threads, folder };
const settings = { text: text.name, windows };
try {
  for (const file of await bringSampleModels()) {
    const name = path.basename(file, '.gguf');
    if (!name.startsWith(options.models)) continue;
    await figures.measure('whole', name, settings, async () => ({
      dropped: '',
      bytes: statSync(file).size,
      ...(await judge(file, judging)),
    }));
    for (const set of options.sets?.split(';') ?? healingSets(name)) {
      for (const method of options.methods.split(';')) {
        const isHealed = method !== 'none';
        const isTrained = method.includes('lora');
        const healText = isHealed ? options['heal-text'] : undefined;
        const healType = isHealed ? options['heal-type'] : undefined;
        const healTokens = isHealed && options['heal-tokens'] ? Number(options['heal-tokens']) : undefined;
        const trainTokens =
          isTrained && options['train-tokens'] ? Number(options['train-tokens']) : undefined;
        const healing = { method, healText, healTokens, healType, trainTokens };
        const by = describeHealing(healing);
        await figures.measure(`${set} | ${by}`, name, settings, () =>
          measureHealed(file, { ...judging, set, ...healing }),
        );
      }
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const percent = ({ value, error }) => `${(100 * value).toFixed(1)} ± ${(100 * error).toFixed(1)}`;
const measured = figures.read();
const sections = Object.keys(measured.whole).map((model) => {
  const whole = measured.whole[model];
  const rows = Object.entries(measured).flatMap(([key, by]) => {
    if (by[model] === undefined) return [];
    const [set, method = '–'] = key.split(' | ');
    const without = measured[`${set} | none`]?.[model];
    const { loss, bytes, seconds, dropped, accuracy, healing } = by[model];
    const gap = healing && without && (without.loss - loss) / (without.loss - whole.loss);
    return [
      [
        set === dropped || dropped === '' ? set : `${set}: ${dropped}`,
        method,
        Math.exp(loss).toFixed(1),
        gap ? `${(100 * gap).toFixed(0)} %` : '–',
        ...Object.keys(whole.accuracy).map((task) => (accuracy[task] ? percent(accuracy[task]) : '–')),
        `${(bytes / 1e6).toFixed(1)} MB`,
        healing ? `${Math.round(seconds)} s` : '–',
      ],
    ];
  });
  const titles = Object.keys(whole.accuracy).map(
    (name) => knownTasks.find((task) => task.name === name)?.title ?? name,
  );
  const head = ['dropped', 'healed by', 'perplexity', 'gap closed', ...titles, 'file', 'took'];
  return [`${model}:`, '', renderTable(head, rows)].join('\n');
});
const [questions] = Object.values(measured.whole).flatMap(({ accuracy }) =>
  Object.values(accuracy).map((one) => one.questions),
);
const table = [
  `Perplexity of ${text.name}, ${options.windows} windows of 512 tokens; of the gap between the logarithms of the dropped and the whole model's, the part that healing closes.${questions === undefined ? '' : ` Accuracy in per cent ± standard error, on ${questions} questions each.`}`,
  ...sections,
].join('\n\n');
console.log(table);
if (options.curve !== undefined) {
  const rows = Object.entries(measured).flatMap(([key, by]) => {
    const [set, method] = key.split(' | ');
    return Object.entries(by).flatMap(([model, { healing }]) =>
      healing ? [{ drop: `${model} without ${set}`, method, healing }] : [],
    );
  });
  await drawCourse(options.curve, rows);
}
if (options.write) replaceSection(`${options.page}.md`, options.page, table);

// Every architecture that llama.cpp's generator makes a model of: scored, pruned in several ways, and each file's
// losses in stock llama.cpp compared with those of the source with the same blocks bypassed.
//   --only REGEX   models whose name matches
//   --write        put the table into docs/architectures.md
//   --heal         instead: a block dropped and healed by the whole command; with --write into docs/healing.md
//   --train        instead: gradients compared with differences of losses; with --write into docs/training.md
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { checkHealing, renderHealingTable } from './architectures/checkHealing.mjs';
import { checkTraining, renderTrainingTable } from './architectures/checkTraining.mjs';
import { checkModel } from './architectures/checkModel.mjs';
import { generateModels } from './architectures/generate.mjs';
import { Judge } from './architectures/judge.mjs';
import { renderTable } from './architectures/renderTable.mjs';
import { replaceSection } from './bench/replaceSection.mjs';

const root = path.resolve(import.meta.dirname, '..');
const folder = path.join(root, 'build', 'architectures');
const page = path.join(root, 'docs', 'architectures.md');

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
    heal: { type: 'boolean', default: false },
    train: { type: 'boolean', default: false },
  },
});

/** Longer than the windows of the sliding blocks, which are 32 tokens wide. */
const tokens = makeTokens(64);

/** Longer than what attention takes at a time in a training, which is 128 tokens. */
const trainedTokens = makeTokens(161);

function makeTokens(length) {
  return Int32Array.from({ length }, (_, i) => (i * 37 + 11 * (i % 5) + 3) % 127);
}

const models = await generateModels();
const names = readdirSync(models)
  .filter((name) => name.endsWith('.gguf') && new RegExp(options.only).test(name))
  .sort();
mkdirSync(folder, { recursive: true });
if (options.heal || options.train) {
  await (options.heal ? healModels() : trainModels());
  process.exit();
}

const judge = new Judge(tokens);
const results = [];
try {
  for (const name of names) {
    const result = await checkModel(path.join(models, name), tokens, judge, folder).catch((error) => ({
      name: path.basename(name, '.gguf'),
      error: error.message,
      fault: true,
      drops: [],
    }));
    results.push(result);
    console.log(describe(result));
  }
} finally {
  judge.stop();
}

const table = renderTable(results);
writeFileSync(path.join(folder, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
writeFileSync(path.join(folder, 'results.md'), `${table}\n`);
if (options.write) {
  const text = readFileSync(page, 'utf8');
  const marked = /(<!-- tried:begin -->\n)[\s\S]*?(<!-- tried:end -->)/;
  if (!marked.test(text)) throw new Error(`${page} has no place for the table`);
  writeFileSync(
    page,
    text.replace(marked, (_, begin, end) => `${begin}\n${table}\n\n${end}`),
  );
}

const drops = results.flatMap((result) => result.drops);
const count = (matches, list) => list.filter(matches).length;
const faults = results.filter(({ fault }) => fault);
console.log(
  `${results.length} models, ${count(({ refused }) => refused !== undefined, results)} refused by architecture; ` +
    `${drops.length} drops: ${count(({ difference }) => difference !== undefined, drops)} written, ` +
    `${count(({ refused }) => refused !== undefined, drops)} refused. Faults: ${faults.length}.`,
);
if (results.length === 0 || faults.length > 0) process.exitCode = 1;

function describe({ name, refused, error, states, wholeDifference, drops: tried, fault }) {
  const mark = fault ? 'WRONG' : 'ok';
  if (error !== undefined) return `${mark}  ${name}: ${error}`;
  if (refused !== undefined) return `${mark}  ${name}: refused, ${refused}`;
  const cells = tried.map((drop) => {
    const result = drop.refused === undefined ? formatDifference(drop.difference) : 'refused';
    return `${drop.kind} [${drop.dropped}] ${result}${drop.fault ? ` WRONG ${drop.refused ?? ''}` : ''}`;
  });
  return `${mark}  ${name}: ${states} states, whole ${formatDifference(wholeDifference)}; ${cells.join('; ')}`;
}

function formatDifference(difference) {
  return typeof difference === 'number' ? difference.toExponential(1) : difference;
}

async function healModels() {
  const results = [];
  for (const name of names) {
    const healing = await checkHealing(path.join(models, name), folder);
    results.push({ name: path.basename(name, '.gguf'), healing });
    const { none, before, after, kept, steps, skipped, fault } = healing;
    const outcome =
      none ??
      `${kept} of ${steps} kept, ${before.toFixed(3)} → ${after.toFixed(3)}${skipped.map((why) => `; ${why}`).join('')}`;
    console.log(`${fault ? 'WRONG' : 'ok'}  ${name}: ${outcome}`);
  }
  const table = renderHealingTable(results);
  console.log(table);
  if (options.write) replaceSection('healing.md', 'healed-architectures', table);
  if (results.length === 0 || results.some(({ healing }) => healing.fault)) process.exitCode = 1;
}

async function trainModels() {
  const results = [];
  for (const name of names) {
    const training = await checkTraining(path.join(models, name), trainedTokens);
    results.push({ name: path.basename(name, '.gguf'), training });
    const { none, ratio, fault } = training;
    console.log(
      `${fault ? 'WRONG' : 'ok'}  ${path.basename(name)}: ${none ?? `difference / gradient ${ratio.toFixed(4)}`}`,
    );
  }
  const table = renderTrainingTable(results);
  console.log(table);
  if (options.write) replaceSection('training.md', 'trained-architectures', table);
  if (results.length === 0 || results.some(({ training }) => training.fault)) process.exitCode = 1;
}

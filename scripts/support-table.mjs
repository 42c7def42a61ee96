// The list of architectures in the README, made from what the tool goes by. --check compares instead of writing.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { listArchitectures } from '../dist/index.js';

const { values: options } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const file = path.resolve(import.meta.dirname, '..', 'README.md');
const marked = /(<!-- architectures -->\n)[\s\S]*?(<!-- \/architectures -->)/;

/** Architectures that are treated alike share a row. */
function renderRows(list) {
  const byNotes = new Map();
  for (const { architecture, notes } of list) {
    const key = notes.join('; ');
    byNotes.set(key, [...(byNotes.get(key) ?? []), architecture]);
  }
  return [...byNotes].map(([notes, names]) => `| ${names.join(', ')} | ${notes} |`);
}

const listNames = (list) => list.map(({ architecture }) => architecture).join(', ');

function renderTables() {
  const list = listArchitectures();
  const free = list.filter(({ supported, notes }) => supported && notes.length === 0);
  const minding = list.filter(({ supported, notes }) => supported && notes.length > 0);
  const refused = list.filter(({ supported }) => !supported);
  return [
    `**Any blocks** (${free.length}): ${listNames(free)}.`,
    '',
    `**Attention alone**, too (\`--unit attention\`, and \`--heal patch\`): ${listNames(list.filter(({ attentionAlone }) => attentionAlone))}.`,
    '',
    `**With care** (${minding.length}):`,
    '',
    '| architecture | what a drop minds |',
    '| --- | --- |',
    ...renderRows(minding),
    '',
    `**Refused** (${refused.length}):`,
    '',
    '| architecture | why |',
    '| --- | --- |',
    ...renderRows(refused),
  ].join('\n');
}

const text = readFileSync(file, 'utf8');
if (!marked.test(text)) throw new Error('README.md has no place for the list of architectures');
const filled = text.replace(marked, (_, begin, end) => `${begin}\n${renderTables()}\n\n${end}`);
const wanted = await format(filled, { ...(await resolveConfig(file)), filepath: file });
if (options.check && wanted !== text) {
  console.error('README.md lists other architectures than the tool: npm run support-table');
  process.exitCode = 1;
} else if (!options.check) {
  writeFileSync(file, wanted);
}

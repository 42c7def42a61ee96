// Makes a text to heal by that shares nothing with one to judge on: passages of a JSONL file, after another text if one is
// given. Passages that come again, and those that have a run of eight words in common with the judging text, are left out.
//   npm run heal-text -- --passages boolq.jsonl [--field passage] [--text FILE] --apart-from wiki.test.raw --output mixed.txt
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    passages: { type: 'string' },
    field: { type: 'string', default: 'passage' },
    text: { type: 'string' },
    'apart-from': { type: 'string' },
    output: { type: 'string' },
  },
});
for (const name of ['passages', 'apart-from', 'output']) {
  if (options[name] === undefined) throw new Error(`--${name} FILE is needed`);
}

const runLength = 8;

/** All runs of so many words. */
function listRuns(text) {
  const words = text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];
  return words
    .slice(0, Math.max(0, words.length - runLength + 1))
    .map((_, i) => words.slice(i, i + runLength).join(' '));
}

const judged = new Set(listRuns(readFileSync(options['apart-from'], 'utf8')));
const isApart = (text) => !listRuns(text).some((run) => judged.has(run));
const lines = readFileSync(options.passages, 'utf8').split('\n').filter(Boolean);
const different = [
  ...new Set(lines.map((line) => JSON.parse(line)[options.field].replaceAll(/``|''/g, '"'))),
];
const passages = different.filter(isApart);
const texts = options.text === undefined ? [] : [readFileSync(options.text, 'utf8')];
const shared = texts.flatMap(listRuns).filter((run) => judged.has(run)).length;
writeFileSync(options.output, `${[...texts, ...passages].join('\n\n')}\n`);
console.log(
  `${options.output}: ${passages.length} of ${different.length} different passages${texts.length === 0 ? '' : `, after ${options.text}, which shares ${shared} runs of ${runLength} words with ${options['apart-from']}`}`,
);

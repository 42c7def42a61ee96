import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { readHeader } from '../../dist/gguf/index.js';
import type { RunReport } from '../../dist/index.js';
import { buildGguf, tinyLlama, type FixtureSpec } from '../fixtures/buildGguf.js';
import { makeControlVector, makeImatrix, makeLora } from '../fixtures/companions.js';
import { largestDifference } from '../fixtures/largestDifference.js';
import { makeFolder } from '../fixtures/makeFolder.js';
import { mergeLora, withFloatQueries } from '../fixtures/mergeLora.js';
import { runCli } from '../fixtures/runCli.js';

const quick = ['--gpu', 'off', '--threads', '1', '--windows', '1', '--window-tokens', '64'];
const WIDTH = 64;
const BASE = withFloatQueries(tinyLlama({ blocks: 6 }));
const LORA = makeLora([0, 1, 2, 3, 4], WIDTH);
const ALPHA = 4;

/** A folder with files in it. */
function folderWith(files: Readonly<Record<string, FixtureSpec>>): string {
  const folder = makeFolder();
  for (const [name, spec] of Object.entries(files)) writeFileSync(join(folder, name), buildGguf(spec));
  return folder;
}

/** The losses of some tokens in stock llama.cpp. */
function measure(model: string, adapter?: string): readonly number[] {
  const script = join(import.meta.dirname, '..', 'fixtures', 'stockLosses.mjs');
  const tokens = [1, 5, 200, 300, 311, 42, 77, 260, 290];
  const args = [script, model, JSON.stringify(tokens), ...(adapter === undefined ? [] : [adapter])];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as readonly number[];
}

describe('Companions', () => {
  it('are written beside the model, named as it is, and are in the report', async () => {
    const folder = folderWith({
      'm.gguf': BASE,
      'a.gguf': LORA,
      'b.gguf': makeLora([3], WIDTH),
      'i.gguf': makeImatrix([0, 1, 2, 3, 4, 5], WIDTH),
      'c.gguf': makeControlVector([1, 2, 3, 4, 5], WIDTH),
    });
    const args = ['m.gguf', '--drop', '1,4', '--lora', 'a.gguf', '--lora', 'b.gguf'];
    const others = ['--imatrix=i.gguf', '--control-vector', 'c.gguf', '--json=run.json', '--quiet'];
    const { code, stdout, stderr } = await runCli([...args, ...others, ...quick], { cwd: folder });
    expect([code, stderr]).toEqual([0, '']);
    const written = ['m', 'i', 'a', 'b', 'c'].map((name) => `${name}.pruned-4of6.gguf`);
    const all = [...written, 'm.pruned-4of6.html'];
    expect(stdout.trimEnd().split('\n')).toEqual(all);
    expect(readdirSync(folder).sort()).toEqual(
      ['a.gguf', 'b.gguf', 'c.gguf', 'i.gguf', 'm.gguf', 'run.json', ...all].sort(),
    );

    const report = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as RunReport;
    const schema = JSON.parse(readFileSync('schema/run.json', 'utf8')) as object;
    const isRunReport = new Ajv({ strict: false }).compile(schema);
    isRunReport(report);
    expect(isRunReport.errors ?? []).toEqual([]);
    expect(report.output?.companions.map(({ kind, source, file }) => [kind, source, file])).toEqual([
      ['imatrix', 'i.gguf', 'i.pruned-4of6.gguf'],
      ['lora', 'a.gguf', 'a.pruned-4of6.gguf'],
      ['lora', 'b.gguf', 'b.pruned-4of6.gguf'],
      ['control-vector', 'c.gguf', 'c.pruned-4of6.gguf'],
    ]);
    const { tensors } = await readHeader(join(folder, 'a.pruned-4of6.gguf'));
    expect(new Set(tensors.map(({ name }) => name.split('.')[1]))).toEqual(new Set(['0', '1', '2']));
  });

  it.each<readonly [readonly string[], RegExp]>([
    [['--lora', 'i.gguf'], /i\.gguf is given as a LoRA adapter, but it is an importance matrix/],
    [['--imatrix', 'old.dat'], /old\.dat is not a GGUF file.*llama-imatrix --in-file/],
    [['--lora', 'none.gguf'], /there is no file none\.gguf/],
    [['--control-vector', 'c.gguf'], /c\.gguf does not go with m\.gguf: its tensor "direction\.7"/],
    [['--lora', 'a.gguf', '--lora', './a.gguf'], /Two files would be written as a\.pruned-5of6\.gguf/i],
    [['--lora', 'taken.gguf'], /taken\.pruned-5of6\.gguf exists already/],
    [['--lora', 'a.gguf', '-o', 'a.pruned-5of6.gguf'], /two files would be written as/],
    [['--lora', 'a.gguf', '-o', 'a.gguf', '--overwrite'], /a\.gguf is a file to be pruned itself/],
  ])('with %j are refused before any work', async (args, message) => {
    const folder = folderWith({
      'm.gguf': BASE,
      'a.gguf': LORA,
      'taken.gguf': LORA,
      'taken.pruned-5of6.gguf': LORA,
      'i.gguf': makeImatrix([0], WIDTH),
      'c.gguf': makeControlVector([7], WIDTH),
    });
    writeFileSync(join(folder, 'old.dat'), Buffer.from([1, 0, 0, 0, 4]));
    const before = readdirSync(folder);
    const { stdout, stderr } = await runCli(['m.gguf', '--drop', '2', ...args, ...quick], { cwd: folder });
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(stderr).not.toMatch(/Loading|blocks ·/);
    expect(readdirSync(folder)).toEqual(before);
  });
});

describe('A pruned LoRA adapter', () => {
  it('does in the pruned model what it does in the whole one; unpruned, it loads and does something else', async () => {
    const folder = folderWith({
      'm.gguf': BASE,
      'a.gguf': LORA,
      'merged.gguf': mergeLora(BASE, LORA, ALPHA),
    });
    const file = (name: string) => join(folder, name);
    expect(
      largestDifference(measure(file('m.gguf'), file('a.gguf')), measure(file('merged.gguf'))),
    ).toBeLessThan(1e-3);

    for (const args of [['m.gguf', '--lora', 'a.gguf'], ['merged.gguf']]) {
      const { code, stderr } = await runCli([...args, '--drop', '1', '--quiet', ...quick], { cwd: folder });
      expect([code, stderr]).toEqual([0, '']);
    }
    const expected = measure(file('merged.pruned-5of6.gguf'));
    const found = measure(file('m.pruned-5of6.gguf'), file('a.pruned-5of6.gguf'));
    const careless = measure(file('m.pruned-5of6.gguf'), file('a.gguf'));
    expect(largestDifference(found, expected)).toBeLessThan(1e-3);
    expect(largestDifference(careless, expected)).toBeGreaterThan(0.05);
    expect(largestDifference(measure(file('m.pruned-5of6.gguf')), expected)).toBeGreaterThan(0.05);
  });

  it('may have nothing left to do', async () => {
    const folder = folderWith({ 'm.gguf': BASE, 'b.gguf': makeLora([3], WIDTH) });
    const args = ['m.gguf', '--lora', 'b.gguf', '--drop', '3', '--quiet', ...quick];
    expect((await runCli(args, { cwd: folder })).code).toBe(0);
    const model = join(folder, 'm.pruned-5of6.gguf');
    expect(measure(model, join(folder, 'b.pruned-5of6.gguf'))).toEqual(measure(model));
  });
});

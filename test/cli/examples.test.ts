import { execFile } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { buildGguf, tinyLlama } from '../fixtures/buildGguf.js';
import { makeFolder } from '../fixtures/makeFolder.js';

const examples = resolve('examples');

describe('The examples', () => {
  const folder = makeFolder();
  const model = join(folder, 'model.gguf');
  const target = join(folder, 'small.gguf');
  beforeAll(() => {
    writeFileSync(model, buildGguf(tinyLlama({ blocks: 4 })));
  });
  const run = async (name: string, ...args: readonly string[]) =>
    (await promisify(execFile)(process.execPath, [join(examples, name), ...args])).stdout;

  it('score, choose and write step by step', async () => {
    const said = await run('score-and-choose.mjs', model, target, '2');
    expect(said).toMatch(/^block 0: 0\.\d{3}\n/);
    expect(said).toMatch(/without \d, \d: perplexity [\d.]+ → [\d.]+\n/);
    expect(statSync(target).size).toBeLessThan(statSync(model).size);
  });

  it('prune with progress, and make a page', async () => {
    await run('prune-with-progress.mjs', model, target, '1');
    expect(existsSync(join(folder, 'small.html'))).toBe(true);
  });

  it('heal, and set both runs side by side', async () => {
    const said = await run('heal-and-compare.mjs', model, folder, '1');
    expect(said).toMatch(/^ 1 {2}dropped\.gguf\n 2 {2}healed\.gguf\n/);
    expect(existsSync(join(folder, 'runs.html'))).toBe(true);
  });

  it('are all tried here', () => {
    expect(readdirSync(examples).filter((name) => name.endsWith('.mjs'))).toHaveLength(3);
  });
});

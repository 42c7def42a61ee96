import { readdirSync } from 'node:fs';
import path from 'node:path';
import { sampleModelPath } from '../../scripts/sample-models.mjs';
import { makeFolder } from '../fixtures/makeFolder.js';
import { runCli } from '../fixtures/runCli.js';

// what takes less than a second is not told of where there is no terminal: scoring takes several
describe('Ctrl-C', () => {
  it.each([
    ['while blocks are scored', /18 blocks/, ['--windows', '500', '--metric', 'block-influence']],
    ['while blocks are searched for', /Scoring: 40\/40/, ['--windows', '40', '--window-tokens', '64']],
    [
      'while the file is written and checked',
      /dropping/,
      ['--windows', '1', '--window-tokens', '64', '--metric', 'block-influence'],
    ],
  ])('%s ends the run with code 130 and leaves nothing behind', async (_, interruptAt, args) => {
    const folder = makeFolder();
    const output = path.join(folder, 'out.gguf');
    const { code, stderr } = await runCli(
      [sampleModelPath('gemma3'), '--blocks', '1', '-o', output, '--gpu', 'off', ...args],
      { interruptAt },
    );
    expect(stderr).toMatch(/prune-gguf: cancelled/);
    expect(code).toBe(130);
    expect(readdirSync(folder)).toEqual([]);
  });
});

import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildGguf, tinyLlama } from '../fixtures/buildGguf.js';
import { makeFolder } from '../fixtures/makeFolder.js';
import { runCli } from '../fixtures/runCli.js';

const quick = [
  '--metric',
  'block-influence',
  '--gpu',
  'off',
  '--threads',
  '1',
  '--windows',
  '1',
  '--window-tokens',
  '64',
];
const model = buildGguf(tinyLlama({ blocks: 4 }));

/** A folder with a model of four blocks. */
function modelFolder(): string {
  const folder = makeFolder();
  writeFileSync(join(folder, 'm.gguf'), model);
  return folder;
}

/** Runs the tool; expects one or two lines on stderr, nothing on stdout and nothing left behind. */
async function expectRefused(
  args: readonly string[],
  code: number,
  message: RegExp,
  folder = modelFolder(),
  through: readonly string[] = [],
): Promise<void> {
  const list = () => readdirSync(folder, { recursive: true }).sort();
  const before = list();
  const { stderr, ...outcome } = await runCli(args, { cwd: folder, through });
  expect(stderr).toMatch(message);
  expect(outcome).toEqual({ stdout: '', code });
  expect(stderr).toMatch(/^prune-gguf: /);
  expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(2);
  expect(stderr).not.toMatch(/^\s+at |unexpected/m);
  expect(list()).toEqual(before);
}

describe.each(['score', 'inspect', 'prune'])('prune-gguf %s', (command) => {
  const options = command === 'inspect' ? [] : quick;

  it.each<readonly [string, Uint8Array, RegExp]>([
    ['a text', Buffer.from('hello, world'), /bad\.gguf is not a GGUF file/],
    ['an empty file', new Uint8Array(), /bad\.gguf is not a GGUF file: it is empty/],
    ['a file cut in the header', model.slice(0, 1500), /bad\.gguf ends inside the metadata/],
    ['a file cut in the data', model.slice(0, -9000), /bad\.gguf ends inside the tensor data/],
  ])('refuses %s', async (_, bytes, message) => {
    const folder = modelFolder();
    writeFileSync(join(folder, 'bad.gguf'), bytes);
    await expectRefused([command, 'bad.gguf', ...options], 1, message, folder);
  });

  it('refuses a folder and a file that is not there', async () => {
    await expectRefused([command, '.', ...options], 1, /is not a file/);
    await expectRefused([command, 'none.gguf', ...options], 1, /there is no file none\.gguf/);
  });

  it('refuses a second model and an option of no meaning', async () => {
    await expectRefused([command, 'm.gguf', 'x.gguf', ...options], 2, /unknown argument: x\.gguf/);
    await expectRefused([command, 'm.gguf', '--jsno', ...options], 2, /--jsno\. Did you mean --json\?/);
  });
});

describe('A request', () => {
  it.each<readonly [readonly string[], RegExp]>([
    [['--blocks='], /nothing stands after --blocks=\. See/],
    [['--drop', 'all'], /"all" is neither a block nor a range of blocks/],
    [['--drop', '0-3'], /all 4 blocks of m\.gguf would be dropped/],
    [['--drop', '4'], /no block 4: m\.gguf has blocks 0 to 3/],
    [['--drop', '1', '--blocks', '1'], /--blocks and --drop exclude each other/],
    [['--drop'], /--drop needs a value/],
    [['--blocks', '1.5'], /number of blocks to drop must be/],
    [['--blocks', 'x'], /number of blocks to drop must be/],
    [['--ratio', 'x'], /ratio must be at least 0/],
    [['--ratio', '-0.1'], /ratio must be at least 0/],
    [['--gpu-layers', '-1'], /--gpu-layers must be a whole number/],
  ])('with %j is refused as wrong usage', async (args, message) => {
    await expectRefused(['m.gguf', ...args, ...quick], 2, message);
  });

  it.each(['--windows', '--window-tokens'])('with a text for %s is refused', async (name) => {
    await expectRefused(['m.gguf', name, 'x', '--gpu', 'off'], 2, /(must be|must have) .*not /);
  });

  it.each(['--blocks', '--ratio'])('with %s and no number is refused', async (name) => {
    await expectRefused(['m.gguf', '--dry-run', name, ...quick], 2, /prune-gguf: /);
  });

  it('of an option given twice is judged by the last one', async () => {
    await expectRefused(['m.gguf', '--drop', '1', '--drop', '99', ...quick], 2, /there is no block 99/);
    const twice = ['-o', 'free.gguf', '-o', 'none/x.gguf'];
    await expectRefused(['m.gguf', '--drop', '1', ...twice, ...quick], 1, /none\/x\.gguf/);
  });

  it('for JSON in a folder that is not there is refused before any work', async () => {
    await expectRefused(['m.gguf', '--drop', '1', '--json=none/x.json', ...quick], 1, /none\/x\.json/);
  });
});

describe('An output', () => {
  it.each([
    ['a folder', '-o', 'sub', /sub is a folder/],
    ['in a file', '-o', 'm.gguf/x.gguf', /the folder of m\.gguf\/x\.gguf is not a folder/],
  ])('that is %s is refused', async (_, option, target, message) => {
    const folder = modelFolder();
    mkdirSync(join(folder, 'sub'));
    await expectRefused(['m.gguf', '--drop', '1', option, target, ...quick], 1, message, folder);
  });

  // Root may write everywhere, and so runs the tool as another user, if that one may read the package.
  const isRoot = process.getuid?.() === 0;
  const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
  const through = isRoot ? asNobody : [];
  const [program, ...before] = [...through, process.execPath];
  const bin = join(import.meta.dirname, '..', '..', 'dist', 'cli', 'bin.js');
  const canTry =
    process.platform !== 'win32' && spawnSync(program, [...before, bin, '--version']).status === 0;
  const title = 'in a folder without permission is refused';
  (canTry ? it : it.skip)(canTry ? title : `${title} (skipped: it cannot be tried here)`, async () => {
    const folder = modelFolder();
    chmodSync(folder, 0o555);
    try {
      const args = ['m.gguf', '--drop', '1', '-o', 'x.gguf', ...quick];
      await expectRefused(args, 1, /no permission to write x\.gguf/, folder, through);
    } finally {
      chmodSync(folder, 0o755);
    }
  });

  it('that exists is replaced with --overwrite, and only then', async () => {
    const folder = modelFolder();
    copyFileSync(join(folder, 'm.gguf'), join(folder, 'x.gguf'));
    const args = ['m.gguf', '--drop', '1', '-o', 'x.gguf', '--no-report', ...quick];
    await expectRefused(args, 1, /x\.gguf exists already\. Pass --overwrite/, folder);
    const { code } = await runCli([...args, '--overwrite', '--quiet'], { cwd: folder });
    expect(code).toBe(0);
    const { stdout } = await runCli(['inspect', 'x.gguf', '--json'], { cwd: folder });
    expect((JSON.parse(stdout) as { blocks: unknown[] }).blocks).toHaveLength(3);
    expect(readdirSync(folder).sort()).toEqual(['m.gguf', 'x.gguf']);
  });
});

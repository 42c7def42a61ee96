import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildGguf, tinyLlama } from '../fixtures/buildGguf.js';
import { makeFolder } from '../fixtures/makeFolder.js';
import { runCli } from '../fixtures/runCli.js';

const quick = ['--gpu', 'off', '--threads', '1', '--windows', '2', '--window-tokens', '64'];

function folderWithModel(): string {
  const folder = makeFolder();
  writeFileSync(join(folder, 'm.gguf'), buildGguf(tinyLlama({ blocks: 4 })));
  return folder;
}

describe('The page of a run', () => {
  const folder = folderWithModel();
  const run = (...args: readonly string[]) => runCli(args, { cwd: folder });
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  beforeAll(async () => {
    await run('m.gguf', '--drop', '1', '-o', 'a.gguf', '--json=a.json', ...quick);
    await run('m.gguf', '--blocks', '2', '--metric', 'block-influence', '-o', 'b.gguf', ...quick);
  });

  it('lies beside the output, and says by which command it was made', () => {
    expect(read('a.html')).toContain('m.gguf --drop 1 -o a.gguf --json=a.json --gpu off --threads 1');
  });

  it('is made anew from what was saved', async () => {
    const { code, stdout, stderr } = await run('report', 'a.json', '-o', 'again.html');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/ {4}1 .*drop$/m);
    expect(stdout).toMatch(/ again\.html {3}report\n$/);
    expect(read('again.html')).toBe(read('a.html'));
  });

  it('is made anew from itself, in its place', async () => {
    const before = read('b.html');
    expect((await run('report', 'b.html', '--quiet')).stdout).toBe('b.html\n');
    expect(read('b.html')).toBe(before);
  });

  it('sets runs side by side', async () => {
    const { code, stdout } = await run('report', 'a.html', 'b.html');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ 1 {2}a\.gguf\n 2 {2}b\.gguf\n/);
    expect(stdout).toMatch(/^ blocks +3 of 4 +2 of 4$/m);
    expect(read('runs.html')).toContain('2 runs side by side');
  });

  it.each([
    [['report', 'none.json'], 1, /there is no file none\.json/],
    [['report', 'm.gguf'], 1, /m\.gguf is neither JSON nor a page of prune-gguf/],
    [['report', 'a.json', '-o', 'a.gguf'], 2, /should end in \.html/],
    [['report'], 2, /no saved report is named/],
    [['report', 'a.json', '--json'], 2, /--json is no option of this command/],
    [['report', 'a.json', '--output'], 2, /--output needs a value/],
  ])('is refused where there is none (%j)', async (args, expected, message) => {
    const before = readdirSync(folder);
    const { code, stderr } = await run(...args);
    expect({ code, stderr }).toEqual({ code: expected, stderr: expect.stringMatching(message) as unknown });
    expect(readdirSync(folder)).toEqual(before);
  });
});

describe('Where a page is written', () => {
  const prune = (folder: string, ...args: readonly string[]) =>
    runCli(['m.gguf', '--drop', '1', '-o', 'a.gguf', '--quiet', ...args, ...quick], { cwd: folder });

  it('is nowhere with --no-report', async () => {
    const folder = folderWithModel();
    expect((await prune(folder, '--no-report')).stdout).toBe('a.gguf\n');
    expect(existsSync(join(folder, 'a.html'))).toBe(false);
  });

  it('is where --report says', async () => {
    const folder = folderWithModel();
    expect((await prune(folder, '--report', 'mine.html')).stdout).toBe('a.gguf\nmine.html\n');
  });

  it('is never in the place of another file', async () => {
    const folder = folderWithModel();
    writeFileSync(join(folder, 'a.html'), 'Dear diary');
    const named = await prune(folder, '--report', 'a.html');
    expect(named).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no page of prune-gguf/) as unknown,
    });
    expect(existsSync(join(folder, 'a.gguf'))).toBe(false);
    expect(await prune(folder)).toMatchObject({ code: 0, stdout: 'a.gguf\n' });
    expect(readFileSync(join(folder, 'a.html'), 'utf8')).toBe('Dear diary');
  });

  it('is another file than the JSON, and has a name', async () => {
    const folder = folderWithModel();
    const same = await prune(folder, '--report', 'x.html', '--json=x.html');
    expect(same).toMatchObject({ code: 2, stderr: expect.stringMatching(/name the same file/) as unknown });
    const nameless = await prune(folder, '--report');
    expect(nameless).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/--report needs a value/) as unknown,
    });
  });

  it('is asked for by commands that only measure', async () => {
    const folder = folderWithModel();
    const { code, stderr } = await runCli(['score', 'm.gguf', '--report', 's.html', ...quick], {
      cwd: folder,
    });
    expect(code).toBe(0);
    expect(stderr).toMatch(/Report: s\.html/);
    expect(readFileSync(join(folder, 's.html'), 'utf8')).toContain('The blocks were scored');
  });
});

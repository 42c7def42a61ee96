import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ArchitectureSupport, Inspection, RunReport } from '../../dist/index.js';
import { buildGguf, value } from '../fixtures/buildGguf.js';
import { makeFolder } from '../fixtures/makeFolder.js';
import { runCli } from '../fixtures/runCli.js';
import { smallModel } from '../fixtures/smallModel.js';
import { tinyCogvlm } from '../fixtures/tinyCogvlm.js';

describe('prune-gguf architectures', () => {
  it('lists what a drop minds, and why none is possible', async () => {
    const { code, stdout, stderr } = await runCli(['architectures']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Blocks can be dropped from files of \d{3} architectures\./);
    expect(stdout).toMatch(/^ {2}gemma3 {2,}one block in 6 full, the rest sliding/m);
    expect(stdout).toMatch(/^ {2}llama {2,}blocks can lose their attention alone \(--unit attention\)/m);
    expect(stdout).toMatch(/^ {2}t5 {2,}it has two stacks of blocks/m);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(110);
  });

  it('does so for programs', async () => {
    const { stdout } = await runCli(['architectures', '--json']);
    const list = JSON.parse(stdout) as ArchitectureSupport[];
    expect(list).toContainEqual({
      architecture: 'llama',
      supported: true,
      notes: [],
      attentionAlone: true,
    });
    expect(list.find(({ architecture }) => architecture === 'bert')).toMatchObject({ supported: false });
  });
});

describe('A model whose blocks mind being dropped', () => {
  const folder = makeFolder();
  const write = (name: string, spec: Parameters<typeof smallModel>[0]) => {
    const file = join(folder, name);
    writeFileSync(file, buildGguf(smallModel(spec)));
    return file;
  };

  it('is inspected with what stays and why', async () => {
    const file = write('rwkv7.gguf', { architecture: 'rwkv7', blocks: 3 });
    const text = await runCli(['inspect', file]);
    expect(text.stdout).toMatch(/^What must stay\n {2}0: every other block mixes in the values/m);
    const { blocks } = JSON.parse((await runCli(['inspect', file, '--json'])).stdout) as Inspection;
    expect(blocks.map(({ staysBecause }) => staysBecause === null)).toEqual([false, true, true]);
  });

  it('can be inspected even if none can be dropped', async () => {
    const file = write('t5.gguf', { architecture: 't5', blocks: 2 });
    const { code, stdout } = await runCli(['inspect', file]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/no block can be dropped: it has two stacks of blocks/);
    const pruned = await runCli(['prune', file]);
    expect(pruned.code).toBe(1);
    expect(pruned.stderr).toMatch(
      /^prune-gguf: t5\.gguf is of the architecture "t5", whose blocks cannot be dropped/,
    );
  });

  it.each([
    ['rwkv7', [], '0', /block 0 cannot be dropped: every other block mixes in/],
    ['smollm3', [], '1', /block 3 would become block 2, .* rotary positions/],
    ['gemma3', ['--portable'], '2', /whether it is sliding or full, by the period that older runtimes know/],
  ])('is not pruned wrongly (%s %j --drop %s)', async (architecture, options, dropped, reason) => {
    const entries = [{ key: `${architecture}.attention.sliding_window`, value: value.uint32(512) }];
    const file = write(`${architecture}.gguf`, { architecture, blocks: 12, entries });
    const { code, stdout, stderr } = await runCli([file, '--drop', dropped, ...options]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(reason);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('A model whose graph in stock llama.cpp computes outputs of all tokens, whichever are asked for', () => {
  it('is checked there by those of the tokens that it is about', async () => {
    const file = join(makeFolder(), 'cogvlm.gguf');
    writeFileSync(file, buildGguf(tinyCogvlm(4)));
    const { code, stderr, stdout } = await runCli([file, '--drop', '2', '--json', '--threads', '1']);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    const { output } = JSON.parse(stdout) as RunReport;
    expect(output?.checks.stockDifference).toBeLessThan(1e-4);
  });
});

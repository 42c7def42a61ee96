import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import type { RunReport } from '../../dist/index.js';
import { buildGguf, tinyLlama, writeTemp } from '../fixtures/buildGguf.js';
import { makeFolder } from '../fixtures/makeFolder.js';
import { runCli } from '../fixtures/runCli.js';

const schema = JSON.parse(readFileSync(path.resolve('schema/run.json'), 'utf8')) as object;
const isRunReport = new Ajv({ strict: false }).compile(schema);
const small = ['--gpu', 'off', '--threads', '1', '--windows', '2', '--window-tokens', '48', '--json'];

async function prune(...args: readonly string[]) {
  const model = writeTemp(buildGguf(tinyLlama({ blocks: 5 })), 'tiny.gguf');
  const run = await runCli([model, ...small, ...args], { env: { PRUNE_GGUF_CACHE: makeFolder() } });
  return { ...run, model };
}

async function report(...args: readonly string[]): Promise<RunReport> {
  const { stdout, stderr, code } = await prune(...args);
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  const made = JSON.parse(stdout) as RunReport;
  expect(isRunReport(made)).toBe(true);
  return made;
}

describe('Attention that is dropped alone', () => {
  it('by --drop-attention is gone from the file, which is checked and evaluated', async () => {
    const made = await report('--drop-attention', '2,4', '--drop', '1');
    expect(made).toMatchObject({ dropped: [1], droppedAttention: [2, 4], metric: null });
    expect(made.blocks.map(({ droppedAttention }) => droppedAttention)).toEqual([
      false,
      false,
      true,
      false,
      true,
    ]);
    expect(path.basename(made.output?.file ?? '')).toBe('tiny.pruned-4of5-2attn.gguf');
    expect(existsSync(made.output?.file ?? '')).toBe(true);
    expect(made.output?.checks.bypassDifference).toBe(0);
    expect(made.output?.checks.stockDifference).toBeLessThan(0.05);
    expect(made.evaluation?.divergence.mean).toBeGreaterThan(0);
  });

  it('is what --unit attention searches for, as many times as --blocks says', async () => {
    const made = await report('--unit', 'attention', '--search', 'greedy', '--blocks', '2');
    expect(made.dropped).toEqual([]);
    expect(made.droppedAttention).toHaveLength(2);
    expect(made.droppedAttention).not.toContain(0);
    expect(made.search).toMatchObject({ name: 'greedy', unit: 'attention' });
    expect(made.curve.map(({ droppedAttention }) => droppedAttention.length)).toEqual([1, 2]);
    expect(made.output?.checks.bypassDifference).toBe(0);
  });

  it.each(['auto', 'evolutionary'])('may go beside whole blocks, by %s search', async (search) => {
    const made = await report('--unit', 'both', '--search', search, '--blocks', '2', '--dry-run');
    const attention = 0.4;
    expect(made.dropped.length + attention * made.droppedAttention.length).toBeGreaterThan(1.7);
    expect(made.dropped.filter((block) => made.droppedAttention.includes(block))).toEqual([]);
  });

  it('may be held to a budget', async () => {
    const made = await report('--unit', 'attention', '--max-kl', '100', '--search', 'greedy', '--dry-run');
    expect(made.droppedAttention).toEqual([1, 2, 3, 4]);
  });

  it.each([
    ['attention', '5of5-2attn'],
    ['both', '3of5'],
  ])('is not searched for (--unit %s) where a file that may come of it exists', async (unit, name) => {
    const model = writeTemp(buildGguf(tinyLlama({ blocks: 5 })), 'tiny.gguf');
    writeFileSync(model.replace('.gguf', `.pruned-${name}.gguf`), 'mine');
    const { code, stderr } = await runCli([model, '--unit', unit, '--blocks', '2', '--gpu', 'off']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^prune-gguf: the output .*exists already\. Pass --overwrite .*\n$/);
  });

  it.each([
    [2, 'would be dropped as a whole', ['--drop', '2', '--drop-attention', '2']],
    [2, 'there is no block 7', ['--drop-attention', '7']],
    [1, 'must keep its attention', ['--drop-attention', '0']],
    [2, '--metric scores whole blocks', ['--unit', 'attention', '--metric', 'reverse']],
    [2, '--unit says what to search for', ['--unit', 'attention', '--drop', '1']],
    [2, 'At most 4 can go', ['--unit', 'attention', '--ratio', '0.99']],
  ])('is refused (exit code %d): "%s"', async (code, message, args) => {
    const run = await prune(...args);
    expect(run.stderr).toContain(message);
    expect(run.code).toBe(code);
  });
});

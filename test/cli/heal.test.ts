import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { getString, readHeader } from '../../dist/gguf/index.js';
import type { RunReport } from '../../dist/index.js';
import { sampleModelPath } from '../../scripts/sample-models.mjs';
import { buildGguf, tinyLlama, writeTemp } from '../fixtures/buildGguf.js';
import { makeFolder } from '../fixtures/makeFolder.js';
import { readTensors } from '../fixtures/readTensors.js';
import { runCli } from '../fixtures/runCli.js';

const schema = JSON.parse(readFileSync(path.resolve('schema/run.json'), 'utf8')) as object;
const isRunReport = new Ajv({ strict: false }).compile(schema);
const cache = makeFolder();
const text = path.join(makeFolder(), 'text.txt');
writeFileSync(text, readFileSync(path.resolve('assets/calibration.txt'), 'utf8').slice(30_000, 38_000));

async function heal(model: 'smollm2' | 'gemma3', ...args: readonly string[]) {
  const output = path.join(makeFolder(), 'healed.gguf');
  const options = ['--gpu', 'off', '--windows', '2', '--window-tokens', '128', '--heal-text', text, '--json'];
  const run = await runCli([sampleModelPath(model), '-o', output, ...options, ...args], {
    env: { PRUNE_GGUF_CACHE: cache },
  });
  expect({ code: run.code, stderr: run.code === 0 ? '' : run.stderr }).toEqual({ code: 0, stderr: '' });
  const report = JSON.parse(run.stdout) as RunReport;
  expect(isRunReport(report)).toBe(true);
  return { report, output };
}

describe('A drop that is healed', () => {
  it('by refitting has other values in the refitted matrices alone, and less divergence', async () => {
    const { report, output } = await heal('smollm2', '--drop', '20-24', '--heal', 'reconstruct');
    const { healing, output: written } = report;
    expect(written?.checks.bypassDifference).toBe(0);
    expect(written?.checks.stockDifference).toBeLessThan(0.05);
    expect(healing?.divergenceAfter).toBeLessThan(healing?.divergenceBefore ?? 0);
    expect(healing?.steps.map(({ block }) => block)).toEqual([19, 25, 26, 27, 28, 29]);

    const refitted = healing?.steps.flatMap(({ kept, block }) =>
      kept ? [block < 20 ? block : block - 5] : [],
    );
    const source = await readTensors(sampleModelPath('smollm2'));
    const changed = [...(await readTensors(output))].flatMap(([name, values]) => {
      const own = /^blk\.(\d+)\.(.*)$/.exec(name);
      const block = Number(own?.[1]);
      const original = own === null ? name : `blk.${block < 20 ? block : block + 5}.${own[2] ?? ''}`;
      return source.get(original) === values ? [] : [name];
    });
    expect(refitted?.length).toBeGreaterThan(0);
    expect(changed).toEqual(refitted?.map((block) => `blk.${block}.ffn_down.weight`));
  });

  it('by a map in the gap is a model with that many more blocks, which stock llama.cpp runs', async () => {
    const { report, output } = await heal('smollm2', '--drop', '10-14', '--heal', 'patch');
    const { healing, output: written } = report;
    expect(healing?.steps).toMatchObject([{ kind: 'patch', block: 10, kept: true }]);
    expect(written?.blocks).toBe(26);
    expect(written?.checks.bypassDifference).toBeLessThan(1e-3);
    expect(written?.checks.stockDifference).toBeLessThan(0.05);
    const { tensors } = await readHeader(output);
    expect(tensors.filter(({ name }) => name.startsWith('blk.10.')).map(({ name }) => name)).toEqual([
      'blk.10.attn_norm.weight',
      'blk.10.attn_output.weight',
      'blk.10.ffn_norm.weight',
      'blk.10.ffn_gate.weight',
      'blk.10.ffn_up.weight',
      'blk.10.ffn_down.weight',
    ]);
  });

  it('may be of a model that norms what a block adds, and in a wider type', async () => {
    const { report, output } = await heal(
      'gemma3',
      '--drop',
      '16',
      '--heal',
      'reconstruct',
      '--heal-type',
      'q8_0',
    );
    expect(report.healing?.steps).toMatchObject([
      { kind: 'refit', block: 15, kept: true },
      { kind: 'refit', block: 17 },
    ]);
    expect(report.output?.checks.bypassDifference).toBe(0);
    const { tensors } = await readHeader(output);
    expect(tensors.find(({ name }) => name === 'blk.15.ffn_down.weight')?.type).toBe(8);
  });

  it.each([
    ['smollm2', /is no method of healing/, ['--heal', 'magic']],
    ['smollm2', /linear excludes reconstruct and patch/, ['--heal', 'linear,patch']],
    ['smollm2', /--heal says that it is to be done/, ['--heal-text', 'self:2000']],
    ['smollm2', /must say how many tokens/, ['--heal', 'linear', '--heal-text', 'self:many']],
    ['smollm2', /is no type that ggml quantises/, ['--heal', 'linear', '--heal-type', 'Q9']],
    ['smollm2', /is no type that ggml quantises/, ['--heal', 'linear', '--heal-type', 'Q8_K']],
    ['smollm2', /too little to heal by/, ['--heal', 'linear', '--heal-text', 'self:1024']],
    ['smollm2', /nowhere.txt/, ['--heal', 'linear', '--heal-text', 'nowhere.txt']],
    ['smollm2', /--heal-tokens must be/, ['--heal', 'linear', '--heal-tokens', '3']],
    ['gemma3', /no linear map can stand for blocks/, ['--heal', 'patch']],
  ] as const)('of %s is refused where it cannot be: %s', async (model, message, args) => {
    const run = await runCli([sampleModelPath(model), '--drop', '12', ...args]);
    expect(run.code).not.toBe(0);
    expect(run.stderr.replaceAll(/\s+/g, ' ')).toMatch(message);
  });
});

describe('A pruned file that is healed afterwards', () => {
  const options = ['--gpu', 'off', '--windows', '2', '--window-tokens', '128', '--heal-text', text];
  const env = { PRUNE_GGUF_CACHE: cache };

  it('is the file that pruning and healing at once writes', async () => {
    const model = sampleModelPath('smollm2');
    const folder = makeFolder();
    const [pruned, once] = [path.join(folder, 'pruned.gguf'), path.join(folder, 'once.gguf')];
    const drop = [model, '--drop', '26', '-q'];
    const runs = [
      await runCli([...drop, ...options.slice(0, 6), '-o', pruned], { env }),
      await runCli([...drop, ...options, '--heal', 'linear', '-o', once], { env }),
      await runCli(['heal', pruned, '--from', model, '--heal', 'linear', ...options, '--json', '-q'], {
        env,
      }),
    ];
    expect(runs.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      runs.map(() => ({ code: 0, stderr: '' })),
    );
    const healed = path.join(folder, 'pruned.healed.gguf');
    expect(Buffer.compare(readFileSync(healed), readFileSync(once))).toBe(0);
    expect(getString(await readHeader(healed), 'prune_gguf.healing')).toBe('linear');
    const report = JSON.parse(runs.at(-1)?.stdout ?? '') as RunReport;
    expect({ command: report.command, errors: isRunReport(report) || isRunReport.errors }).toEqual({
      command: 'heal',
      errors: true,
    });
  });

  it('is refused where it is to be healed by nothing', async () => {
    const model = sampleModelPath('smollm2');
    const run = await runCli(['heal', model, '--from', model, '--heal', 'none']);
    expect({ code: run.code, stderr: run.stderr.replaceAll(/\s+/g, ' ') }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/healing by no method makes no other file/) as string,
    });
  });

  it('is refused where it does not say what was dropped, and from another original', async () => {
    const [smollm2, gemma3] = [sampleModelPath('smollm2'), sampleModelPath('gemma3')];
    const unknown = await runCli(['heal', smollm2, '--from', smollm2], { env });
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toMatch(/does not say which blocks were dropped/);

    const pruned = path.join(makeFolder(), 'pruned.gguf');
    await runCli([smollm2, '--drop', '26', '-q', ...options.slice(0, 6), '-o', pruned], { env });
    const other = await runCli(['heal', pruned, '--from', gemma3], { env });
    expect(other.code).toBe(1);
    expect(other.stderr.replaceAll(/\s+/g, ' ')).toMatch(/was not made from gemma-3/);
  });
});

describe('Text that a model writes itself', () => {
  it('is written once and then found again, for calibration and for healing', async () => {
    const model = writeTemp(buildGguf(tinyLlama({ blocks: 5 })), 'tiny.gguf');
    const folder = makeFolder();
    const run = async (...args: readonly string[]) => {
      const options = ['--gpu', 'off', '--threads', '1', '--window-tokens', '64', '--json', '--overwrite'];
      const made = await runCli([model, ...options, ...args], { env: { PRUNE_GGUF_CACHE: folder } });
      expect({ code: made.code, stderr: made.code === 0 ? '' : made.stderr }).toEqual({
        code: 0,
        stderr: '',
      });
      return { stderr: made.stderr, report: JSON.parse(made.stdout) as RunReport };
    };
    const search = ['--drop', '2', '--calibration', 'self:1024'];
    const first = await run(...search);
    expect(first.report.calibration?.tokens).toBeGreaterThanOrEqual(1024);
    expect(first.report.calibration?.tokens).toBeLessThan(1024 + 64);
    expect(first.report.calibration?.windowTokens).toBeLessThanOrEqual(64);
    const [file = '', ...others] = readdirSync(path.join(folder, 'self-text'));
    expect(others).toEqual([]);
    const windows = JSON.parse(readFileSync(path.join(folder, 'self-text', file), 'utf8')) as number[][];
    expect(new Set(windows.map((window) => window.join())).size).toBe(first.report.calibration?.windows);

    const second = await run(...search, '--heal', 'reconstruct');
    expect(second.report.calibration?.sha256).toBe(first.report.calibration?.sha256);
    const { fittedTokens = 0, heldOutTokens = 0 } = second.report.healing ?? {};
    expect(fittedTokens + heldOutTokens).toBe(first.report.calibration?.tokens);
    expect(readdirSync(path.join(folder, 'self-text'))).toEqual([file]);
  });
});

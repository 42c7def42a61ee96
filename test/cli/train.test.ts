import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { readHeader } from '../../dist/gguf/index.js';
import { pruneFile, type HealingName, type PruneRequest, type RunReport } from '../../dist/index.js';
import { sampleModelPath } from '../../scripts/sample-models.mjs';
import { buildGguf, tinyLlama, value, writeTemp } from '../fixtures/buildGguf.js';
import { makeFolder } from '../fixtures/makeFolder.js';
import { readTensors } from '../fixtures/readTensors.js';
import { runCli } from '../fixtures/runCli.js';

const cache = makeFolder();
const text = path.join(makeFolder(), 'text.txt');
writeFileSync(text, readFileSync(path.resolve('assets/calibration.txt'), 'utf8').slice(30_000, 38_000));

const drop = ['--drop', '13,14', '--heal', 'lora', '--train-tokens', '512', '--train-batch', '2'];
const short = ['--gpu', 'off', '--windows', '2', '--window-tokens', '64', '--heal-text', text];

async function train(...args: readonly string[]) {
  const output = path.join(makeFolder(), 'trained.gguf');
  const run = await runCli([sampleModelPath('smollm2'), '-o', output, ...short, ...drop, '--json', ...args], {
    env: { PRUNE_GGUF_CACHE: cache },
  });
  expect({ code: run.code, stderr: run.code === 0 ? '' : run.stderr }).toEqual({ code: 0, stderr: '' });
  return { output, report: JSON.parse(run.stdout) as RunReport };
}

/** The mean loss of a text in llama.cpp as node-llama-cpp ships it. */
function measureInStock(model: string, adapter?: string): number {
  const tokens = JSON.stringify(Array.from({ length: 48 }, (_, i) => 300 + 97 * i));
  const script = path.resolve('test/fixtures/stockLosses.mjs');
  const args = [script, model, tokens, ...(adapter === undefined ? [] : [adapter])];
  const losses = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as number[];
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

describe('A drop that is healed by training', () => {
  it('has matrices of their types, nearer to the original, and is run by stock llama.cpp', async () => {
    const { output, report } = await train('--heal-type', 'Q8_0');
    const { healing, output: written } = report;
    expect(healing?.training).toMatchObject({ kept: true, rank: 16, plannedSteps: 4, matrices: 28 * 7 });
    expect(healing?.divergenceAfter).toBeLessThan(healing?.divergenceBefore ?? 0);
    // what the adapter gives is what the matrices give that it was put into
    const { divergenceTrained = NaN, divergenceMerged } = healing?.training ?? {};
    expect((divergenceMerged ?? NaN) / divergenceTrained).toBeCloseTo(1, 1);
    expect(written?.checks.bypassDifference).toBe(0);
    expect(written?.checks.stockDifference).toBeLessThan(0.05);
    const { tensors } = await readHeader(output);
    const types = new Set(tensors.filter(({ name }) => name.includes('ffn_up')).map(({ type }) => type));
    expect([...types]).toEqual([8]);
  });

  it('may be an adapter, which stock llama.cpp runs beside the pruned model', async () => {
    const adapter = path.join(makeFolder(), 'adapter.gguf');
    const { output, report } = await train('--adapter', adapter);
    expect(report.output?.companions).toMatchObject([{ kind: 'lora', source: null, file: adapter }]);
    expect(report.healing?.training).toMatchObject({ kept: true, divergenceMerged: null });
    const { tensors } = await readHeader(adapter);
    expect(tensors).toHaveLength(2 * 28 * 7);
    expect(new Set(tensors.map(({ name }) => Number(/^blk\.(\d+)\./.exec(name)?.[1])))).toEqual(
      new Set(Array.from({ length: 28 }, (_, block) => block)),
    );
    const [without, beside] = [measureInStock(output), measureInStock(output, adapter)];
    expect(beside).not.toBeCloseTo(without, 3);
    expect(Math.abs(beside - without)).toBeLessThan(0.5);
  });

  it('may be of matrices as they are, of the kinds that are named, and of maps in gaps', async () => {
    const model = sampleModelPath('smollm2');
    const heal = async (methods: readonly HealingName[], trainStream?: number) => {
      const output = path.join(makeFolder(), 'healed.gguf');
      const report = await pruneFile({
        ...{ model, output, gpu: 'off', windows: 2, windowTokens: 64, healText: text, cacheFolder: cache },
        // in narrow types what so little trains may be lost
        ...{ amount: { drop: [13, 14] }, heal: methods, healType: 'Q8_0' },
        ...(methods.includes('full') ? { trainTensors: ['ffn_down'], trainTokens: 512, trainStream } : {}),
      });
      return { report, tensors: await readTensors(output) };
    };
    const { report, tensors } = await heal(['patch', 'full']);
    expect(report.healing?.methods).toEqual(['patch', 'full']);
    expect(report.healing?.training).toMatchObject({ kept: true, method: 'full', rank: null, matrices: 29 });
    expect(report.output?.checks.bypassDifference).toBe(0);
    const [before, patched] = [await readTensors(model), (await heal(['patch'])).tensors];
    expect(tensors.get('blk.3.ffn_down.weight')).not.toBe(before.get('blk.3.ffn_down.weight'));
    expect(tensors.get('blk.3.ffn_up.weight')).toBe(before.get('blk.3.ffn_up.weight'));
    // the map that stands for both blocks
    expect(tensors.get('blk.13.attn_output.weight')).not.toBe(patched.get('blk.13.attn_output.weight'));

    // the same cache: it does not go on with the one before
    const { training } = (await heal(['patch', 'full'], 5)).report.healing ?? {};
    expect(training).toMatchObject({ kept: true, stream: 5 });
    const listDivergences = (report: typeof training) => report?.course.map(({ divergence }) => divergence);
    const [first, ...others] = listDivergences(report.healing?.training) ?? [];
    const [sameFirst, ...different] = listDivergences(training) ?? [];
    expect(sameFirst).toBe(first);
    expect(different).not.toEqual(others);
  });

  it('that is stopped goes on with the best so far, and later ends as if it had not been', async () => {
    const folder = makeFolder();
    const request = (name: string, cacheFolder: string): PruneRequest => ({
      model: sampleModelPath('smollm2'),
      output: path.join(folder, `${name}.gguf`),
      gpu: 'off',
      windows: 2,
      windowTokens: 64,
      healText: text,
      amount: { drop: [13, 14] },
      heal: ['lora'],
      // narrow: from the first judgement on matrices are trained as they are written
      healType: 'Q5_1',
      trainRate: 3e-4,
      trainTokens: 384,
      cacheFolder,
    });
    const whole = await pruneFile(request('whole', makeFolder()));
    const shared = makeFolder();
    const stop = new AbortController();
    const stopped = await pruneFile({
      ...request('stopped', shared),
      stopTraining: stop.signal,
      onEvent(event) {
        if (event.kind === 'progress' && event.stage === 'train' && event.done === 2) stop.abort();
      },
    });
    expect(stopped.healing?.training).toMatchObject({ ended: 'stopped', steps: 2 });
    const resumed = await pruneFile(request('resumed', shared));
    expect(resumed.healing?.training?.course.map(({ divergence }) => divergence)).toEqual(
      whole.healing?.training?.course.map(({ divergence }) => divergence),
    );
    expect(whole.healing?.training?.course.map(({ rounded }) => rounded).slice(0, 3)).toEqual([
      false,
      false,
      true,
    ]);
    const bytes = (name: string) => readFileSync(path.join(folder, `${name}.gguf`));
    expect(Buffer.compare(bytes('resumed'), bytes('whole'))).toBe(0);
  });

  it('says in its report why nothing was trained, and lets an older adapter be', async () => {
    const adapter = path.join(makeFolder(), 'old.gguf');
    writeFileSync(adapter, 'old');
    const model = path.resolve('test/fixtures/models/rwkv7-tiny.gguf');
    const output = path.join(makeFolder(), 'out.gguf');
    const args = [
      '--drop',
      '3',
      '--heal',
      'lora',
      '--adapter',
      adapter,
      '--overwrite',
      '-o',
      output,
      '--json',
    ];
    const run = await runCli([model, ...short, ...args], { env: { PRUNE_GGUF_CACHE: cache } });
    const { healing, output: written } = JSON.parse(run.stdout) as RunReport;
    expect(healing?.training).toBeNull();
    expect(healing?.refusals).toEqual([
      expect.stringContaining('no kept block of this rwkv7 model has a matrix that could be trained'),
      expect.stringMatching(/^No adapter is written to .*: nothing was trained\. What is there is older/),
    ]);
    expect(written?.companions).toEqual([]);
    expect(readFileSync(adapter, 'utf8')).toBe('old');
    const page = readFileSync(output.replace(/gguf$/, 'html'), 'utf8');
    expect(page).toContain('<p>Nothing was trained: ');
  });

  it('finds out that no gradient passes before the original is asked for its answers', async () => {
    const { entries, tensors } = tinyLlama({ blocks: 4 });
    const architecture = { key: 'general.architecture', value: value.string('refact') };
    const [, ...others] = entries.map((entry) => ({ ...entry, key: entry.key.replace(/^llama/, 'refact') }));
    const model = writeTemp(buildGguf({ entries: [architecture, ...others], tensors }));
    const own = makeFolder();
    const output = path.join(makeFolder(), 'out.gguf');
    const args = ['--drop', '2', '--heal', 'reconstruct,lora', '-o', output, '--json'];
    const run = await runCli([model, ...short, ...args], { env: { PRUNE_GGUF_CACHE: own } });
    expect({ code: run.code, stdout: run.stdout.slice(0, 1) }).toEqual({ code: 0, stdout: '{' });
    const { healing } = JSON.parse(run.stdout) as RunReport;
    expect(healing?.refusals).toEqual([
      expect.stringMatching(/^Nothing was trained: no gradient passes SOFT_MAX/),
    ]);
    expect(healing?.steps).not.toEqual([]);
    expect(existsSync(path.join(own, 'answers'))).toBe(false);
  });

  it.each([
    [/--train-rank is about what --heal lora trains/, ['--heal', 'linear', '--train-rank', '4']],
    [/--adapter is about what --heal lora trains/, ['--adapter', 'a.gguf']],
    [/--train-rank must be a whole number from 1/, ['--heal', 'lora', '--train-rank', '0']],
    [/--train-tokens must be a whole number/, ['--heal', 'lora', '--train-tokens', '1.5']],
    [/--train-batch must be a whole number from 1/, ['--heal', 'lora', '--train-batch', '0']],
    [/--train-stream must be from 0 to 1000, such as 1; not -1/, ['--heal', 'lora', '--train-stream=-1']],
    [/--train-stream is about what --heal lora or full trains/, ['--heal', 'patch', '--train-stream', '1']],
    [/--train-rate must be above 0/, ['--heal', 'lora', '--train-rate', '7']],
    [/lora excludes full/, ['--heal', 'lora,full']],
    [/--adapter is about what --heal lora trains/, ['--heal', 'full', '--adapter', 'a.gguf']],
    [
      /--train-loss is about what --heal lora or full trains/,
      ['--heal', 'patch', '--train-loss', 'divergence'],
    ],
    [/"ffn" is no matrix that can be trained: attn_q,/, ['--heal', 'full', '--train-tensors', 'ffn_up,ffn']],
  ] as const)('is refused where it cannot be: %s', async (message, args) => {
    const output = path.join(makeFolder(), 'none.gguf');
    const run = await runCli([sampleModelPath('smollm2'), '--drop', '12', '-o', output, ...args]);
    expect(run.code).toBe(2);
    expect(run.stderr.replaceAll(/\s+/g, ' ')).toMatch(message);
    expect(existsSync(output)).toBe(false);
  });
});

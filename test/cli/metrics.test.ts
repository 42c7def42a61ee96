import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { pruneFile, scoreFile, type PruneRequest, type RunReport } from '../../dist/index.js';
import { buildGguf, tinyLlama, writeTemp } from '../fixtures/buildGguf.js';
import { makeFolder } from '../fixtures/makeFolder.js';
import { runCli } from '../fixtures/runCli.js';

const model = path.resolve(import.meta.dirname, '..', 'fixtures', 'models', 'mamba-tiny.gguf');
const schema = JSON.parse(readFileSync(path.resolve('schema/run.json'), 'utf8')) as object;
const isRunReport = new Ajv({ strict: false }).compile(schema);

const small = { model, gpu: 'off', threads: 1, windows: 3, windowTokens: 64 } as const;
const prune = (request: Partial<PruneRequest>): Promise<RunReport> =>
  pruneFile({ ...small, dryRun: true, amount: { blocks: 2 }, cacheFolder: makeFolder(), ...request });

/** The passes that a run made to measure damage, as far as its events tell. */
async function countPasses(run: (onEvent: PruneRequest['onEvent']) => Promise<unknown>): Promise<number> {
  let passes = 0;
  await run((event) => {
    if (event.kind === 'progress' && event.stage === 'search' && event.done < event.total)
      passes = Math.max(passes, event.done);
  });
  return passes;
}

describe('Blocks chosen by', () => {
  it.each(['perplexity', 'kl'] as const)('%s are those that do least damage alone', async (metric) => {
    const report = await prune({ metric });
    expect(isRunReport(report)).toBe(true);
    expect([report.metric, report.scored?.metric]).toEqual([metric, metric]);
    const order = report.blocks.toSorted((a, b) => a.score! - b.score!).map(({ index }) => index);
    expect(report.dropped).toEqual(order.slice(0, 2).sort((a, b) => a - b));
    expect(report.blocks.every(({ scoreError }) => scoreError! > 0)).toBe(true);
    // a search that tries all blocks on all windows begins with the same one, and damage is the same
    const searched = await prune({ search: 'greedy', judge: metric, amount: { blocks: 1 } });
    expect(searched.dropped).toEqual([order[0]]);
    expect(searched.curve[0]?.damage).toBeCloseTo(report.blocks[order[0]!]!.score!, 9);
  });

  it('best-span are a run, and a budget is followed in runs', async () => {
    const { dropped, blocks } = await prune({ metric: 'best-span', amount: { blocks: 3 } });
    expect(dropped).toEqual([0, 1, 2].map((i) => dropped[0]! + i));
    expect(blocks.map(({ score }) => score)).toEqual(blocks.map(({ angularDistance }) => angularDistance));
    const { curve } = await prune({ metric: 'best-span', amount: { budget: { maxBytes: 500e3 } } });
    for (const { dropped: run } of curve) expect(run.at(-1)! - run[0]!).toBe(run.length - 1);
    expect(curve.length).toBeGreaterThan(1);
  });

  it('magnitude are between the outer ones, and no window is run for it', async () => {
    const stages = new Set<string>();
    const report = await prune({
      metric: 'magnitude',
      onEvent: (event) => event.kind === 'progress' && stages.add(event.stage),
    });
    expect(report.dropped).toEqual([4, 5]);
    expect(report.margin).toBeNull();
    expect(report.blocks.every(({ score }) => score! > 1000)).toBe(true);
    expect([...stages]).toEqual(expect.arrayContaining(['weigh']));
    expect(stages).not.toContain('score');
  });

  it('taylor are between the outer ones, and what was measured is kept', async () => {
    const cacheFolder = makeFolder();
    const report = await prune({ metric: 'taylor', cacheFolder });
    expect(report.dropped).toEqual([4, 5]);
    expect(report.blocks.every(({ score }) => score! > 0)).toBe(true);
    const again = (onEvent: PruneRequest['onEvent']) =>
      scoreFile({ ...small, metric: 'taylor', cacheFolder, onEvent }).then(({ blocks }) => {
        expect(blocks.map(({ score }) => score)).toEqual(report.blocks.map(({ score }) => score));
      });
    const done: number[] = [];
    await again((event) => event.kind === 'progress' && event.stage === 'search' && done.push(event.done));
    expect(done).toEqual([0]);
  });
});

describe('What a metric and a search have in common', () => {
  it('is measured once', async () => {
    const cacheFolder = makeFolder();
    const score = (metric: 'kl' | 'perplexity', fresh: boolean) =>
      countPasses((onEvent) => scoreFile({ ...small, metric, cacheFolder, fresh, onEvent }));
    expect(await score('kl', false)).toBeGreaterThan(20);
    expect(await score('perplexity', false)).toBe(0);
    const searched = await prune({ search: 'greedy', cacheFolder, amount: { blocks: 1 } });
    // those that score the whole model, one a window, and two to try whether passes can begin above the first block
    expect(searched.search?.passes).toBe(3 + 2);
    expect(await score('kl', true)).toBeGreaterThan(20);
  });

  it('is measured on from where it was stopped', async () => {
    const cacheFolder = makeFolder();
    const controller = new AbortController();
    const stopped = scoreFile({
      ...small,
      metric: 'kl',
      cacheFolder,
      signal: controller.signal,
      onEvent(event) {
        if (event.kind === 'progress' && event.stage === 'search' && event.done === 15) controller.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({
      code: 'CANCELLED',
      message: expect.stringContaining('The same command goes on from there.') as string,
    });
    const passes = await countPasses((onEvent) =>
      scoreFile({ ...small, metric: 'kl', cacheFolder, onEvent }),
    );
    expect(passes).toBeGreaterThan(0);
    expect(passes).toBeLessThan(20);
  });
});

describe('prune-gguf score', () => {
  it('shows the scores of the metric, as a table and as JSON', async () => {
    const folder = makeFolder();
    const options = ['--windows', '2', '--window-tokens', '64', '--gpu', 'off', '--threads', '1'];
    const env = { PRUNE_GGUF_CACHE: folder };
    const file = path.join(folder, 'scores.json');
    const { code, stdout } = await runCli(
      ['score', model, '--metric', 'kl', `--json=${file}`, '--fresh', ...options],
      { env },
    );
    expect(code).toBe(0);
    const report = JSON.parse(readFileSync(file, 'utf8')) as RunReport;
    expect(report.scored).toEqual({ metric: 'kl', column: 'KL, nats' });
    expect(stdout).toContain('KL, nats');
    for (const { score } of report.blocks) expect(stdout).toContain(score!.toFixed(3));
  });

  it('lists all metrics', async () => {
    const { stdout } = await runCli(['score', '--help']);
    for (const name of ['best-span', 'magnitude', 'perplexity', 'kl', 'taylor'])
      expect(stdout).toContain(name);
  });

  it('refuses to prune a model of which a metric keeps all blocks, before any work', async () => {
    const file = writeTemp(buildGguf(tinyLlama({ blocks: 6 })));
    const { code, stderr } = await runCli([file, '--metric', 'magnitude', '--blocks', '1', '--dry-run']);
    expect(code).toBe(1);
    expect(stderr).toContain('by the metric the first 4 and the last 2 of 6 blocks stay');
    expect(stderr).toContain('None can be dropped. Choose another --metric.');
  });
});

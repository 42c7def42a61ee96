import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { inspectFile, pruneFile, type Budget, type PruneRequest, type RunReport } from '../../dist/index.js';
import { sampleModelPath } from '../../scripts/sample-models.mjs';
import { buildGguf, tinyLlama, writeTemp } from '../fixtures/buildGguf.js';
import { makeFolder } from '../fixtures/makeFolder.js';
import { runCli } from '../fixtures/runCli.js';

const models = path.resolve(import.meta.dirname, '..', 'fixtures', 'models');
const model = path.join(models, 'mamba-tiny.gguf');
const schema = JSON.parse(readFileSync(path.resolve('schema/run.json'), 'utf8')) as object;
const isRunReport = new Ajv({ strict: false }).compile(schema);

const small = {
  gpu: 'off',
  threads: 1,
  windows: 3,
  windowTokens: 64,
  dryRun: true,
  amount: { blocks: 3 },
} as const;
const search = (cacheFolder: string, request: Partial<PruneRequest> = {}): Promise<RunReport> =>
  pruneFile({ model, ...small, search: 'auto', cacheFolder, ...request });

describe('A search', () => {
  it('finds the same blocks every time, and measures nothing again that it has measured', async () => {
    const folder = makeFolder();
    const first = await search(folder);
    expect(first.dropped).toHaveLength(3);
    expect(first.metric).toBeNull();
    expect(first.search).toMatchObject({ name: 'auto', judge: 'kl', seed: null, windows: 3 });
    expect(first.search?.passes).toBeGreaterThan(30);
    expect(first.curve.map(({ dropped }) => dropped.length)).toEqual([1, 2, 3]);
    expect(first.curve.at(-1)?.dropped).toEqual(first.dropped);
    expect(isRunReport(first)).toBe(true);

    const again = await search(folder);
    // what all are compared with is not kept, and scores the blocks as well: one pass a window, and two to try it
    expect(again.search?.passes).toBeLessThanOrEqual(3 + 2);
    expect([again.dropped, again.curve]).toEqual([first.dropped, first.curve]);
    const anew = await search(makeFolder());
    expect(anew).toEqual(first);

    const more = await search(folder, { amount: { blocks: 4 } });
    expect(more.search?.passes).toBeLessThan(first.search?.passes ?? 0);
  });

  it('is what is done where neither a search nor a metric is named', async () => {
    const folder = makeFolder();
    const unasked = await search(folder, { search: undefined });
    expect(unasked).toMatchObject({
      metric: null,
      search: { name: 'auto' },
      scored: { metric: 'block-influence' },
    });
    expect(unasked.dropped).toEqual((await search(folder)).dropped);
    const named = await search(folder, { search: undefined, metric: 'block-influence' });
    expect(named).toMatchObject({ metric: 'block-influence', search: null });
    expect(unasked.blocks.map((block) => block.blockInfluence)).toEqual(
      named.blocks.map((block) => block.blockInfluence),
    );
  });

  it('in one shot takes the blocks that the metric of its judge takes', async () => {
    const folder = makeFolder();
    const found = await search(folder, { search: 'one-shot', judge: 'perplexity' });
    const ranked = await search(folder, { search: undefined, metric: 'perplexity' });
    expect(found.dropped).toEqual(ranked.dropped);
    expect(found.curve.map(({ dropped }) => dropped.length)).toEqual([1, 2, 3]);
  });

  it('that was stopped goes on where it was and finds the same', async () => {
    const folder = makeFolder();
    const controller = new AbortController();
    const stopped = search(folder, {
      signal: controller.signal,
      onEvent(event) {
        if (event.kind === 'progress' && event.stage === 'search' && event.done >= 12) controller.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    const resumed = await search(folder);
    const whole = await search(makeFolder());
    expect(resumed.dropped).toEqual(whole.dropped);
    expect(resumed.search?.passes).toBeLessThan(whole.search?.passes ?? 0);
  });

  it('by evolution draws by its seed', async () => {
    const request = { search: 'evolutionary', amount: { blocks: 4 } } as const;
    // each measures all by itself: what another has measured would hide what it draws
    const [first, same, other] = [
      await search(makeFolder(), { ...request, seed: 5 }),
      await search(makeFolder(), { ...request, seed: 5 }),
      await search(makeFolder(), { ...request, seed: 6 }),
    ];
    expect(first.search).toMatchObject({ name: 'evolutionary', seed: 5 });
    expect(same).toEqual(first);
    // it may end in the same set, but not by the same way
    expect(other.search?.blocks).not.toBe(first.search?.blocks);
  });

  it.each(['mamba-tiny', 'rwkv7-tiny'])(
    'does no more damage on its windows than one with three sets of each size (%s)',
    async (name) => {
      const request = { model: path.join(models, `${name}.gguf`), amount: { blocks: 2 } };
      const found = await search(makeFolder(), request);
      const wide = await search(makeFolder(), { ...request, search: 'beam' });
      expect(found.curve.at(-1)?.damage).toBeLessThanOrEqual(1.02 * (wide.curve.at(-1)?.damage ?? NaN));
    },
  );

  it('finds better blocks in a real model than the lowest scores are', async () => {
    const real = { model: sampleModelPath('smollm2'), amount: { blocks: 4 } };
    const folder = makeFolder();
    const found = await search(folder, real);
    const damage = (report: RunReport) => report.curve.at(-1)?.damage ?? NaN;
    // which tries all for each of its steps; scores of far fewer tokens than here would make the short-list a guess
    const greedy = await search(folder, { ...real, search: 'greedy' });
    const lowest = await search(folder, { ...real, search: 'one-shot' });
    expect(found.dropped.every((block) => block > 1 && block < 29)).toBe(true);
    expect(damage(found)).toBeLessThan(0.9 * damage(lowest));
    expect(damage(found)).toBeLessThan(1.1 * damage(greedy));
  });

  it.each<[string, Budget]>([
    ['a size', { maxBytes: 500e3 }],
    ['a divergence', { maxKl: 0.5 }],
  ])('finds as many blocks as %s asks for', async (_, budget) => {
    const { dropped, curve } = await search(makeFolder(), { amount: { budget } });
    const found = curve.find((step) => step.dropped.length === dropped.length);
    expect(found?.dropped).toEqual(dropped);
    expect(found?.figures?.bytes).toBeLessThanOrEqual(budget.maxBytes ?? Infinity);
    expect(found?.figures?.kl).toBeLessThanOrEqual(budget.maxKl ?? Infinity);
    if (budget.maxKl !== undefined) expect(curve.at(-1)?.figures?.kl).toBeGreaterThan(budget.maxKl);
    if (budget.maxBytes !== undefined) expect(curve.at(-2)?.figures?.bytes).toBeGreaterThan(budget.maxBytes);
  });

  it('keeps to a size with what healing adds, and knows its costs when it goes on', async () => {
    const file = writeTemp(buildGguf(tinyLlama({ blocks: 5 })), 'tiny.gguf');
    const folder = makeFolder();
    const evaluated: string[] = [];
    const run = (maxBytes: number, request: Partial<PruneRequest> = {}) =>
      search(folder, {
        model: file,
        amount: { budget: { maxBytes } },
        heal: ['reconstruct', 'patch'],
        healType: 'F32',
        output: path.join(makeFolder(), 'out.gguf'),
        onEvent(event) {
          if (event.kind === 'progress' && event.stage === 'evaluate') evaluated.push(event.part ?? '');
        },
        ...request,
      });
    const { bytes } = await inspectFile(file);
    const made = await run(bytes - 1000, { dryRun: false });
    const findChosen = ({ curve, dropped: found }: RunReport) =>
      curve.find(({ dropped }) => dropped.join() === found.join());
    const chosen = findChosen(made);
    expect(made.output?.bytes).toBeLessThanOrEqual(chosen?.figures?.bytes ?? 0);
    expect(chosen?.figures?.bytes).toBeLessThanOrEqual(bytes - 1000);
    // without healing a single block would do
    expect(made.dropped.length).toBeGreaterThan(1);
    expect(made.healing?.steps.some(({ kept }) => kept)).toBe(true);
    expect(evaluated).toContain('without 2 blocks');
    expect((await run(bytes - 1000)).curve).toEqual(made.curve);

    const plain = await run(bytes - 1000, { heal: [], healType: undefined, dryRun: false });
    expect(plain.dropped).toHaveLength(1);
    expect(findChosen(plain)?.figures?.kl).toBeCloseTo(plain.evaluation?.divergence.mean ?? NaN, 6);
  });

  it('writes what a budget asks for under the name of how many blocks that leaves', async () => {
    const folder = makeFolder();
    const { code, stdout, stderr } = await runCli([
      model,
      '--max-size',
      '0.5MB',
      '--windows',
      '2',
      '--window-tokens',
      '64',
      '--gpu',
      'off',
      '-q',
      '--threads',
      '1',
      '-o',
      path.join(folder, 'out.gguf'),
    ]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('out.gguf');
    expect(statSync(path.join(folder, 'out.gguf')).size).toBeLessThanOrEqual(500e3);
  });

  it('is refused before any work where a budget cannot be met by it', async () => {
    const { code, stderr } = await runCli([model, '--max-kl', '0.1', '--search', 'evolutionary']);
    expect(code).toBe(2);
    expect(stderr).toContain('finds sets of one size, and a budget asks how many blocks may go');
  });

  it('is refused where the blocks are named, before any work', async () => {
    const { code, stderr } = await runCli([model, '--drop', '3', '--search', 'auto']);
    expect(code).toBe(2);
    expect(stderr).toContain('--drop names the blocks, and --search looks for them');
  });
});

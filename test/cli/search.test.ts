import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { pruneFile, type PruneRequest, type RunReport } from '../../dist/index.js';
import { sampleModelPath } from '../../scripts/sample-models.mjs';
import { makeFolder } from '../fixtures/makeFolder.js';
import { runCli } from '../fixtures/runCli.js';

const model = sampleModelPath('smollm2');
const schema = JSON.parse(readFileSync(path.resolve('schema/run.json'), 'utf8')) as object;
const isRunReport = new Ajv({ strict: false }).compile(schema);

const small = { gpu: 'off', windows: 2, windowTokens: 48, dryRun: true, amount: { blocks: 3 } } as const;
const search = (cacheFolder: string, request: Partial<PruneRequest> = {}): Promise<RunReport> =>
  pruneFile({ model, ...small, search: 'auto', cacheFolder, ...request });

describe('A search', () => {
  it('finds the same blocks every time, and measures nothing again that it has measured', async () => {
    const folder = makeFolder();
    const first = await search(folder);
    expect(first.dropped).toHaveLength(3);
    expect(first.metric).toBeNull();
    expect(first.search).toMatchObject({ name: 'auto', judge: 'kl', seed: null, windows: 2 });
    expect(first.search?.passes).toBeGreaterThan(60);
    expect(first.search?.steps.map(({ dropped }) => dropped.length)).toEqual([1, 2, 3]);
    expect(first.search?.steps.at(-1)?.dropped).toEqual(first.dropped);
    expect(isRunReport(first)).toBe(true);

    const again = await search(folder);
    expect(again.search).toEqual({ ...first.search, passes: 0, blocks: 0 });
    const anew = await search(makeFolder());
    expect(anew).toEqual(first);

    const more = await search(folder, { amount: { blocks: 4 } });
    expect(more.search?.passes).toBeLessThan(first.search?.passes ?? 0);
  });

  it('that was stopped goes on where it was and finds the same', async () => {
    const folder = makeFolder();
    const controller = new AbortController();
    const stopped = search(folder, {
      signal: controller.signal,
      onEvent(event) {
        if (event.kind === 'progress' && event.stage === 'search' && event.done >= 30) controller.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    const resumed = await search(folder);
    const whole = await search(makeFolder());
    expect(resumed.dropped).toEqual(whole.dropped);
    expect(resumed.search?.passes).toBeLessThan(whole.search?.passes ?? 0);
  });

  it('by evolution draws by its seed', async () => {
    const folder = makeFolder();
    const request = { search: 'evolutionary', amount: { blocks: 2 } } as const;
    const first = await search(folder, { ...request, seed: 5 });
    expect(first.search).toMatchObject({ name: 'evolutionary', seed: 5 });
    expect((await search(folder, { ...request, seed: 5 })).search?.passes).toBe(0);
    expect((await search(folder, { ...request, seed: 6 })).search?.passes).toBeGreaterThan(0);
  });

  it('does less damage on its windows than the blocks of the lowest scores', async () => {
    const folder = makeFolder();
    const found = await search(folder, { amount: { blocks: 6 } });
    const start = await search(folder, { amount: { blocks: 6 }, search: 'evolutionary' });
    expect(found.search?.steps.at(-1)?.damage).toBeLessThanOrEqual(
      1.02 * (start.search?.steps.at(-1)?.damage ?? NaN),
    );
  });

  it('is refused where the blocks are named, before any work', async () => {
    const { code, stderr } = await runCli([model, '--drop', '3', '--search', 'auto']);
    expect(code).toBe(2);
    expect(stderr).toContain('--drop names the blocks, and --search looks for them');
  });
});

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sampleModelPath } from '../../scripts/sample-models.mjs';
import { makeFolder } from '../fixtures/makeFolder.js';
import { itOnLinux, untilEmpty } from '../fixtures/processes.js';
import { startCli, until, type WatchedRun } from '../fixtures/startCli.js';

const count = (run: WatchedRun, name: string) =>
  run.processes().filter((command) => command.includes(name)).length;

/** Stages of a run and how it is seen from outside that they have begun. */
const stages: Readonly<Record<string, (run: WatchedRun, folder: string) => boolean>> = {
  'is being loaded': (run) => count(run, 'native/child.js') === 1,
  'is being scored': (run) => run.stderr().includes('18 blocks'),
  'is being written': (_, folder) => readdirSync(folder).some((name) => name.endsWith('.part')),
  'runs in stock llama.cpp to be checked': (run) => count(run, 'stockChild.js') === 1,
  'is opened beside its source to be checked': (run) => count(run, 'native/child.js') === 2,
};

/** Starts a run in an empty folder and waits for a stage. */
async function startAndAwait(stage: string, args: readonly string[]) {
  const folder = makeFolder();
  const run = startCli([sampleModelPath('gemma3'), '-o', 'out.gguf', '--gpu', 'off', ...args], folder);
  await until(() => stages[stage]!(run, folder));
  return { folder, run };
}

const scoring = ['--blocks', '2', '--windows', '300', '--metric', 'block-influence'];
const writing = ['--drop', '3,8', '--windows', '1', '--window-tokens', '64'];

describe('Ctrl-C', () => {
  itOnLinux.each<readonly [string, readonly string[]]>([
    ['is being loaded', scoring],
    ['is being scored', scoring],
    ['is being written', writing],
    ['runs in stock llama.cpp to be checked', writing],
    ['is opened beside its source to be checked', writing],
  ])('while a model %s leaves neither a file nor a process', async (stage, args) => {
    const { folder, run } = await startAndAwait(stage, args);
    run.signal('SIGINT');
    expect(await run.ended).toBe(130);
    expect(run.stderr()).toMatch(/^prune-gguf: cancelled\b/m);
    expect(readdirSync(folder)).toEqual([]);
    expect(await untilEmpty(run.processes)).toEqual([]);
  });

  itOnLinux('after the file has got its name leaves it whole', async () => {
    const folder = makeFolder();
    const run = startCli([sampleModelPath('gemma3'), '-o', 'out.gguf', '--gpu', 'off', ...writing], folder);
    await until(() => readdirSync(folder).join() === 'out.gguf');
    run.signal('SIGINT');
    expect(await run.ended).toBe(130);
    expect(statSync(join(folder, 'out.gguf')).size).toBeGreaterThan(240e6);
    expect(readdirSync(folder)).toEqual(['out.gguf']);
    expect(await untilEmpty(run.processes)).toEqual([]);
  });
});

describe('Another end', () => {
  itOnLinux('that the system asks for is as clean as Ctrl-C', async () => {
    const { folder, run } = await startAndAwait('is being written', writing);
    run.signal('SIGTERM');
    expect(await run.ended).toBe(130);
    expect(readdirSync(folder)).toEqual([]);
    expect(await untilEmpty(run.processes)).toEqual([]);
  });

  itOnLinux.each(['is being scored', 'runs in stock llama.cpp to be checked'])(
    'that leaves no time to clean up, while a model %s, ends the processes below, too',
    async (stage) => {
      const { run } = await startAndAwait(stage, stage === 'is being scored' ? scoring : writing);
      expect(run.processes().length).toBeGreaterThan(1);
      run.signal('SIGKILL');
      expect(await run.ended).toBeNull();
      expect(await untilEmpty(run.processes)).toEqual([]);
    },
  );
});

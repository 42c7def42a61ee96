import type { Examination } from '../../dist/index.js';
import { sampleModelPath } from '../../scripts/sample-models.mjs';
import { runCli } from '../fixtures/runCli.js';

describe('prune-gguf doctor', () => {
  it('tells what can be used, and of the rest why not', async () => {
    const { code, stdout } = await runCli(['doctor', '--json']);
    expect(code).toBe(0);
    const { addon, chosen, threads, memory, tool } = JSON.parse(stdout) as Examination;
    expect(addon.file).toMatch(/prune_gguf\.node$/);
    const processor = addon.backends.find(({ gpu }) => gpu === 'off');
    expect(processor).toMatchObject({ obstacle: null, devices: [{ kind: 'cpu' }] });
    for (const { devices, obstacle } of addon.backends) expect(devices.length > 0).toBe(obstacle === null);
    expect(addon.backends.find(({ obstacle }) => obstacle === null)?.gpu).toBe(chosen);
    expect(threads).toBeGreaterThan(0);
    expect(memory.total).toBeGreaterThan(memory.free);
    expect(tool.version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('says it in lines that fit the terminal', async () => {
    const { stdout } = await runCli(['doctor']);
    for (const title of ['prune-gguf', 'Node', 'Processor', 'Memory', 'Cache', 'Addon', 'CPU'])
      expect(stdout).toMatch(new RegExp(`^${title} {2,}\\S`, 'm'));
    expect(stdout).toMatch(/taken unless --gpu says otherwise/);
  });
});

describe('PRUNE_GGUF_ADDON', () => {
  it('names the addon that is taken, and no other is where it is missing', async () => {
    const env = { PRUNE_GGUF_ADDON: '/nowhere/prune_gguf.node' };
    const { code, stderr } = await runCli(['score', sampleModelPath('smollm2')], { env });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /PRUNE_GGUF_ADDON names cannot be used: \/nowhere\/prune_gguf\.node is not there/i,
    );
    expect(stderr).not.toMatch(/built from source/);
  });
});

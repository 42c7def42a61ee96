import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Inspection, RunReport } from '../../dist/index.js';
import { sampleModelPath } from '../../scripts/sample-models.mjs';
import { buildGguf, tinyLlama } from '../fixtures/buildGguf.js';
import { largestDifference } from '../fixtures/largestDifference.js';
import { makeFolder } from '../fixtures/makeFolder.js';
import { reference } from '../fixtures/reference.js';
import { runCli } from '../fixtures/runCli.js';

const smollm2 = sampleModelPath('smollm2');
const quick = ['--metric', 'block-influence', '--gpu', 'off', '--windows', '2', '--window-tokens', '128'];

describe('prune-gguf score --calibration', () => {
  it('measures on windows of token ids, exactly as numpy does with --exact', async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'windows.json'), JSON.stringify(reference.windows));
    const args = ['score', smollm2, '--calibration', 'windows.json', '--exact', '--json', '--gpu', 'off'];
    const { code, stdout } = await runCli(args, { cwd: folder });
    expect(code).toBe(0);
    const { calibration, blocks } = JSON.parse(stdout) as RunReport;
    expect(calibration).toMatchObject({ source: 'windows.json', windows: 2, tokens: 512, windowTokens: 256 });
    const scores = (name: 'blockInfluence' | 'relativeMagnitude' | 'angularDistance') =>
      blocks.map((block) => block[name] ?? NaN);
    expect(largestDifference(scores('blockInfluence'), reference.block_influence)).toBeLessThan(1e-5);
    expect(largestDifference(scores('relativeMagnitude'), reference.relative_magnitude)).toBeLessThan(1e-5);
    expect(largestDifference(scores('angularDistance'), reference.angular_distance['1']!)).toBeLessThan(1e-4);
  });
});

describe('prune-gguf --dry-run --json', () => {
  it('prints what was measured of each block, and the quarter of the blocks that a drop takes unasked', async () => {
    const { code, stdout, stderr } = await runCli([smollm2, '--dry-run', '--json', ...quick]);
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as RunReport;
    expect(report).toMatchObject({ schema: 'prune-gguf/run@1', output: null, evaluation: null });
    expect(report.blocks.map(({ index }) => index)).toEqual(Array.from({ length: 30 }, (_, i) => i));
    for (const block of report.blocks) {
      expect(block.bytes).toBeGreaterThan(2e6);
      for (const score of [block.blockInfluence, block.relativeMagnitude, block.angularDistance]) {
        expect(score).toBeGreaterThan(0);
      }
    }
    const influence = (block: number) => report.blocks[block]?.blockInfluence ?? NaN;
    const kept = report.blocks.filter(({ dropped }) => !dropped).map(({ index }) => influence(index));
    expect(report.dropped).toHaveLength(8);
    expect(Math.max(...report.dropped.map(influence))).toBeLessThan(Math.min(...kept));
    expect(stderr).toContain('30 blocks');
  });
});

describe('The name of the output', () => {
  it('says how many blocks are left, and lies beside the model', async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, 'm.gguf'), buildGguf(tinyLlama({ blocks: 4 })));
    const args = ['m.gguf', '--drop', '0,2', '--no-report', '--quiet', '--gpu', 'off', '--threads', '1'];
    const { stdout } = await runCli([...args, '--windows', '1', '--window-tokens', '64'], { cwd: folder });
    expect(stdout).toBe('m.pruned-2of4.gguf\n');
    expect(readdirSync(folder).sort()).toEqual(['m.gguf', 'm.pruned-2of4.gguf']);
  });
});

describe('prune-gguf inspect --json', () => {
  it('prints the same as the tables do, for a program', async () => {
    const { code, stdout, stderr } = await runCli(['inspect', smollm2, '--json']);
    const inspection = JSON.parse(stdout) as Inspection;
    expect([code, stderr]).toEqual([0, '']);
    expect(inspection.bytes).toBe(98_362_432);
    expect(inspection.blocks).toHaveLength(30);
    expect(inspection.metadata).toContainEqual({ key: 'llama.block_count', type: 'uint32', value: '30' });
  });
});

describe('A pruned model', () => {
  it('is written even when it holds a token of the check all but impossible', async () => {
    const args = [smollm2, '--drop', '0-28', '-o', 'x.gguf', '--quiet', ...quick];
    const { code, stderr } = await runCli(args, { cwd: makeFolder() });
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });
});

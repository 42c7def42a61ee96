import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { readHeader, findEntry, getString } from '../../dist/gguf/index.js';
import { readReports, type RunReport } from '../../dist/index.js';
import { sampleModelPath } from '../../scripts/sample-models.mjs';
import { makeFolder } from '../fixtures/makeFolder.js';
import { runCli } from '../fixtures/runCli.js';

const smollm2 = sampleModelPath('smollm2');
const gemma3 = sampleModelPath('gemma3');
const byScores = ['--metric', 'block-influence'];
const quick = ['--gpu', 'off', '--windows', '2', '--window-tokens', '128'];

const hash = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
const schema = JSON.parse(readFileSync(path.resolve('schema/run.json'), 'utf8')) as object;
const isRunReport = new Ajv({ strict: false }).compile(schema);

describe('The main job on SmolLM2', () => {
  it('writes a smaller file, prints tables to stdout and progress to stderr, and ends with the names of the file and its report', async () => {
    const output = path.join(makeFolder(), 'out.gguf');
    const { code, stdout, stderr } = await runCli([
      smollm2,
      '--blocks',
      '2',
      '-o',
      output,
      ...byScores,
      ...quick,
    ]);
    expect(stderr).toMatch(/same bytes ✓.*stock llama\.cpp.*✓.*exactly ✓/);
    expect(code).toBe(0);
    expect(stdout.match(/drop$/gm)).toHaveLength(2);
    expect(stdout).toMatch(/perplexity \(held out\) +[\d.]+ +[\d.]+ +\+/);
    const page = output.replace('.gguf', '.html');
    expect(stdout.trimEnd().split('\n').slice(-2)).toEqual([` ${output}`, ` ${page}   report`]);
    expect(stdout).not.toMatch(/Scoring|Checked/);

    const [run] = await readReports(page);
    expect(run).toMatchObject({ output: { file: output }, similarity: { length: 31 } });

    const header = await readHeader(output);
    expect(header.fileBytes).toBeLessThan((await readHeader(smollm2)).fileBytes);
    expect(getString(header, 'prune_gguf.method')).toBe('block-influence');
    expect(getString(header, 'prune_gguf.source.sha256')).toBe(hash(smollm2));
  });

  it('prints nothing but JSON of the published schema with --json', async () => {
    const output = path.join(makeFolder(), 'out.gguf');
    const { code, stdout } = await runCli([smollm2, '--drop', '25,26', '-o', output, '--json', ...quick]);
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as RunReport;
    isRunReport(report);
    expect(isRunReport.errors ?? []).toEqual([]);
    expect(report).toMatchObject({
      schema: 'prune-gguf/run@1',
      metric: null,
      dropped: [25, 26],
      output: { file: output, blocks: 28, checks: { sameBytes: true, bypassDifference: 0 } },
    });
    expect(report.evaluation?.after.perplexity).toBeGreaterThan(report.evaluation?.before.perplexity ?? NaN);
  });

  it('writes JSON to a file beside the tables with --json=FILE', async () => {
    const folder = makeFolder();
    const json = path.join(folder, 'scores.json');
    const { code, stdout } = await runCli(['score', smollm2, `--json=${json}`, ...quick]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/influence/);
    const report = JSON.parse(readFileSync(json, 'utf8')) as RunReport;
    isRunReport(report);
    expect(isRunReport.errors ?? []).toEqual([]);
    expect(report.blocks).toHaveLength(30);
    expect(
      report.blocks.every((block) => (block.blockInfluence ?? 0) > 0 && (block.angularDistance ?? 0) > 0),
    ).toBe(true);
    expect(readdirSync(folder)).toEqual(['scores.json']);
  });

  it('prints the names of the files alone with --quiet', async () => {
    const output = path.join(makeFolder(), 'out.gguf');
    const result = await runCli([smollm2, '--blocks', '1', '-o', output, '--quiet', ...byScores, ...quick]);
    expect(result).toEqual({
      code: 0,
      stdout: `${output}\n${output.replace('.gguf', '.html')}\n`,
      stderr: '',
    });
  });

  it('chooses and writes nothing with --dry-run', async () => {
    const folder = makeFolder();
    const { code, stdout } = await runCli([
      smollm2,
      '--blocks',
      '4',
      '--dry-run',
      '-o',
      path.join(folder, 'x.gguf'),
      ...byScores,
      ...quick,
    ]);
    expect(code).toBe(0);
    expect(stdout.match(/drop$/gm)).toHaveLength(4);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('drops the last blocks by the metric "reverse", without scoring', async () => {
    const { code, stdout, stderr } = await runCli([
      ...[smollm2, '--metric', 'reverse', '--blocks', '2', '--dry-run', '--json'],
      ...quick,
    ]);
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as RunReport).dropped).toEqual([28, 29]);
    expect(stderr).not.toMatch(/Scoring/);
  });

  it('takes windows of token ids as they are', async () => {
    const file = path.join(makeFolder(), 'windows.json');
    const windows = [0, 1, 2].map((seed) =>
      Array.from({ length: 40 + seed }, (_, i) => 100 + ((i * 37 + seed) % 1000)),
    );
    writeFileSync(file, JSON.stringify(windows));
    const { stdout } = await runCli(['score', smollm2, '--calibration', file, '--json', '--gpu', 'off']);
    expect((JSON.parse(stdout) as RunReport).calibration).toMatchObject({
      windows: 3,
      tokens: 123,
      windowTokens: 42,
    });
  });
});

describe('Dropping nothing', () => {
  it.each([
    ['SmolLM2', smollm2],
    ['Gemma 3', gemma3],
  ])('reproduces %s byte for byte', async (_, model) => {
    const output = path.join(makeFolder(), 'copy.gguf');
    const { code, stdout } = await runCli([model, '--blocks', '0', '-o', output, ...quick]);
    expect(code).toBe(0);
    expect(hash(output)).toBe(hash(model));
    expect(stdout).toMatch(/Nothing was dropped/);
    expect(findEntry(await readHeader(output), 'prune_gguf.version')).toBeUndefined();
  });
});

describe('Looking around', () => {
  it('shows metadata, blocks and types of a file without loading it', async () => {
    const { code, stdout } = await runCli(['inspect', gemma3]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/gemma3\.block_count +uint32 +18/);
    expect(stdout).toMatch(/^ +5 +full +4\/1 +dense +13 +3\.6 MB/m);
    expect(stdout).toMatch(/^ +4 +sliding/m);
  });

  it.each(['--help', 'score --help', 'inspect --help', 'prune --help'])(
    'explains itself with examples: %s',
    async (args) => {
      const { code, stdout } = await runCli(args.split(' '));
      expect(code).toBe(0);
      expect(stdout).toMatch(/Examples:/);
      expect(stdout).toMatch(/prune-gguf .*model\.gguf/);
    },
  );

  it('tells its version', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect((await runCli(['--version'])).stdout.trim()).toBe(version);
  });

  it('introduces itself in at most ten lines when nothing is asked', async () => {
    const { code, stderr } = await runCli([]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/prune-gguf model\.gguf --blocks 3/);
    expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(10);
    expect(existsSync('model.gguf')).toBe(false);
  });
});

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import type { CompareReport, RunReport } from '../../dist/index.js';
import { makeFolder } from '../fixtures/makeFolder.js';
import { runCli } from '../fixtures/runCli.js';

const schema = JSON.parse(readFileSync(path.resolve('schema/compare.json'), 'utf8')) as object;
const isCompareReport = new Ajv({ strict: false }).compile(schema);
const mamba = path.resolve('test/fixtures/models/mamba-tiny.gguf');
const text = path.resolve('test/fixtures/models/held-out.txt');
const types = ['--types', 'Q8_0,Q4_0'];
const quick = [
  '--gpu',
  'off',
  '--threads',
  '1',
  '--metric',
  'reverse',
  '--text',
  text,
  '--context',
  '64',
  '--windows',
  '2',
];

/** Folders of a run: everything that it writes lies in one of them. */
function makePlaces() {
  const cache = makeFolder();
  const temporary = makeFolder();
  const env = ['env', `PRUNE_GGUF_CACHE=${cache}`, `TMPDIR=${temporary}`];
  return { temporary, run: (args: readonly string[]) => runCli(args, { through: env }) };
}

describe('A comparison', () => {
  it('measures both kinds at each size, names what to take, and leaves no file behind', async () => {
    const { run, temporary } = makePlaces();
    const { code, stdout } = await run(['compare', mamba, ...types, ...quick, '--json']);
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as CompareReport;
    expect(report).toMatchObject({ schema: 'prune-gguf/compare@1', metric: 'reverse', leftOut: [] });
    expect(report.text).toMatchObject({ windows: 2, context: 64, tokens: 62 });
    const quantised = report.candidates.filter(({ kind }) => kind === 'quantised');
    expect(quantised.map(({ name }) => name)).toEqual(['Q8_0', 'Q4_0']);
    expect(report.sizes.map(({ bytes }) => bytes)).toEqual(quantised.map(({ bytes }) => bytes));
    for (const { bytes, pruned, take, sentence } of report.sizes) {
      const smaller = report.candidates.find(({ name }) => name === pruned);
      expect(smaller?.bytes).toBeLessThanOrEqual(bytes);
      expect(sentence).toContain(`take ${take === pruned ? 'the pruned file of ' : ''}${take ?? ''}`);
    }
    expect(report.candidates.every(({ generation }) => (generation?.median ?? 0) > 0)).toBe(true);
    expect(report.candidates.some(({ dominatedBy }) => dominatedBy === null)).toBe(true);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('keeps the quantised files that are asked for, and goes on from what was measured', async () => {
    const { run, temporary } = makePlaces();
    const keep = makeFolder();
    const args = ['compare', mamba, ...types, ...quick, '--keep', keep, '--no-speed'];
    const first = await run(args);
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/^ \* +Q8_0 /m);
    expect(readdirSync(keep).sort()).toEqual(['mamba-tiny.Q4_0.gguf', 'mamba-tiny.Q8_0.gguf']);
    expect((await run(args)).stdout).toBe(first.stdout);

    writeFileSync(path.join(keep, 'mamba-tiny.Q4_0.gguf'), 'something else');
    const { code, stderr } = await run(args);
    expect(code).toBe(1);
    expect(stderr).toMatch(/mamba-tiny\.Q4_0\.gguf exists and is not what an earlier comparison/);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('takes sizes of one’s own, and says where no quantisation is that small', async () => {
    const { run } = makePlaces();
    const args = ['compare', mamba, '--sizes', '0.25M', ...types, ...quick, '--no-speed'];
    const { code, stdout } = await run(args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/At about 250 kB take the pruned file .* because no plain quantisation/s);
  });

  it('drops the blocks that pruning drops, which are searched for, and goes on where it was', async () => {
    const { run } = makePlaces();
    const device = ['--gpu', 'off', '--threads', '1', '--json'];
    const options = ['--text', text, '--context', '64', '--windows', '2', '--no-speed', ...device];
    const compare = async () => {
      const { stdout, stderr, code } = await run([
        'compare',
        mamba,
        '--sizes',
        '0.5M,0.4M',
        ...types,
        ...options,
      ]);
      expect([code, code === 0 ? '' : stderr]).toEqual([0, '']);
      const report = JSON.parse(stdout) as CompareReport;
      expect(isCompareReport(report)).toBe(true);
      return report;
    };
    const report = await compare();
    expect(report).toMatchObject({ metric: null, search: { name: 'auto', judge: 'kl', unit: 'block' } });
    const sets = report.candidates.flatMap(({ kind, dropped }) => (kind === 'pruned' ? [dropped] : []));
    expect(sets).toHaveLength(2);
    for (const dropped of sets) {
      const pruned = await run([mamba, '--blocks', `${dropped.length}`, '--dry-run', ...device]);
      expect((JSON.parse(pruned.stdout) as RunReport).dropped).toEqual(dropped);
    }
    const again = await compare();
    expect(again.candidates).toEqual(report.candidates);
    // what all sets are compared with is made anew alone
    expect(again.search?.passes).toBeLessThanOrEqual(16 + 2);
    expect(report.search?.passes).toBeGreaterThan(16 + 2);
  });

  it('that is interrupted leaves no file behind', async () => {
    const { temporary } = makePlaces();
    const { code, stderr } = await runCli(['compare', mamba, '--gpu', 'off', '--threads', '1'], {
      through: ['env', `PRUNE_GGUF_CACHE=${makeFolder()}`, `TMPDIR=${temporary}`],
      interruptAt: /mamba/,
    });
    expect(code).toBe(130);
    expect(stderr).toMatch(/prune-gguf: cancelled/);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it.each([
    [['--types', 'Q4_9'], 2, /there is no type "Q4_9"\. Did you mean Q4_0\?/],
    [['--types', 'IQ1_S'], 2, /IQ1_S is made with an importance matrix alone/],
    [['--types', 'F16'], 2, /no plain quantisation of --types is smaller than mamba-tiny\.gguf \(647 kB\)/],
    [['--sizes', '1M'], 2, /--sizes has 1\.0 MB, but mamba-tiny\.gguf has 647 kB as it is/],
    [['--sizes', 'small'], 2, /--sizes must be a number of megabytes or gigabytes/],
    [['--sizes', '0.01M'], 2, /as small as 10\.0 kB\. Name larger --sizes/],
    [['--keep', 'nowhere'], 1, /files cannot be made in --keep nowhere\. Name a folder that exists/],
  ] as const)('is refused where it makes no sense: %j', async (args, expected, message) => {
    const { run, temporary } = makePlaces();
    const { code, stdout, stderr } = await run(['compare', mamba, ...quick, '--no-speed', ...args]);
    expect(stderr).toMatch(message);
    expect(code).toBe(expected);
    expect(stdout).toBe('');
    expect(readdirSync(temporary)).toEqual([]);
    expect(existsSync('nowhere')).toBe(false);
  });
});

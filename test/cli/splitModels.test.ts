import { copyFileSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { readHeader, type GgufHeader } from '../../dist/gguf/index.js';
import { measureInStock } from '../../dist/evaluate/index.js';
import type { Inspection, RunReport } from '../../dist/index.js';
import { sampleModelPath } from '../../scripts/sample-models.mjs';
import { buildGguf, tinyLlama } from '../fixtures/buildGguf.js';
import { largestDifference } from '../fixtures/largestDifference.js';
import { makeFolder } from '../fixtures/makeFolder.js';
import { itOnLinux, untilEmpty } from '../fixtures/processes.js';
import { runCli } from '../fixtures/runCli.js';
import { startCli, until } from '../fixtures/startCli.js';

const smollm2 = sampleModelPath('smollm2');
const quick = ['--metric', 'block-influence', '--gpu', 'off', '--windows', '1', '--window-tokens', '64'];
const PARTS = [1, 2, 3].map((number) => `s-0000${number}-of-00003.gguf`);

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

/** Every tensor of a model: its name, shape, type and the hash of its bytes. */
function hashTensors({ tensors, parts }: GgufHeader) {
  const files = parts.map(({ path }) => readFileSync(path));
  return tensors.map(({ name, dimensions, type, part, offset, bytes }) => {
    const from = parts[part]!.dataOffset + offset;
    return [name, dimensions, type, sha256(files[part]!.subarray(from, from + bytes))] as const;
  });
}

let folder = '';
beforeAll(async () => {
  folder = makeFolder();
  const args = [
    smollm2,
    '--blocks',
    '0',
    '--split-max-size',
    '40M',
    '-o',
    's.gguf',
    '--no-report',
    '--quiet',
    ...quick,
  ];
  expect(await runCli(args, { cwd: folder })).toEqual({ code: 0, stdout: `${PARTS[0]}\n`, stderr: '' });
});

describe('A model that is split', () => {
  it('lies in files of at most the size that was asked for, with all its tensors', async () => {
    expect(readdirSync(folder).sort()).toEqual(PARTS);
    for (const part of PARTS) expect(statSync(join(folder, part)).size).toBeLessThanOrEqual(40e6);
    const [split, whole] = [await readHeader(join(folder, PARTS[0]!)), await readHeader(smollm2)];
    expect(hashTensors(split)).toEqual(hashTensors(whole));
    expect(split.entries).toEqual(whole.entries);
  });

  it('gives the losses of the whole one in stock llama.cpp', async () => {
    const tokens = Int32Array.from({ length: 32 }, (_, i) => (i === 0 ? 1 : 1000 + ((i * 7919) % 40_000)));
    const places = [1, 9, 20, 31];
    const [found, expected] = [
      await measureInStock(join(folder, PARTS[0]!), tokens, places),
      await measureInStock(smollm2, tokens, places),
    ];
    expect(largestDifference(found, expected)).toBe(0);
  });

  it('is inspected as one', async () => {
    const { stdout } = await runCli(['inspect', PARTS[0]!, '--json'], { cwd: folder });
    const inspection = JSON.parse(stdout) as Inspection;
    expect(inspection.parts.map(({ file }) => file)).toEqual(PARTS);
    expect(inspection.parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(inspection.bytes);
    expect(inspection.blocks).toHaveLength(30);
    const text = await runCli(['inspect', PARTS[0]!], { cwd: folder });
    expect(text.stdout).toMatch(/3 parts\n\nParts\n +s-00001-of-00003\.gguf +\d+ tensors/);
  });

  it('is scored as one', async () => {
    const score = async (model: string) => {
      const { stdout } = await runCli(['score', model, '--json', ...quick], { cwd: folder });
      return (JSON.parse(stdout) as RunReport).blocks;
    };
    expect(await score(PARTS[0]!)).toEqual(await score(smollm2));
  });

  it('is pruned into one file that equals the pruned whole one, tensor by tensor', async () => {
    const out = makeFolder();
    const prune = (model: string, name: string) =>
      runCli([model, '--drop', '13,14', '-o', join(out, name), '--json', ...quick], { cwd: folder });
    const [split, whole] = [await prune(PARTS[0]!, 'split.gguf'), await prune(smollm2, 'whole.gguf')];
    expect([split.code, whole.code]).toEqual([0, 0]);
    const [a, b] = [await readHeader(join(out, 'split.gguf')), await readHeader(join(out, 'whole.gguf'))];
    expect(hashTensors(a)).toEqual(hashTensors(b));
    const own = ({ entries }: GgufHeader) =>
      entries.filter(({ key }) => !key.startsWith('prune_gguf.source.'));
    expect(own(a)).toEqual(own(b));
    expect(a.entries.some(({ key }) => key.startsWith('split.'))).toBe(false);

    const { model, output } = JSON.parse(split.stdout) as RunReport;
    const hashes = PARTS.map((part) => sha256(readFileSync(join(folder, part))));
    expect(model.parts.map(({ file, sha256: hash }) => [file, hash])).toEqual(
      PARTS.map((part, index) => [part, hashes[index]]),
    );
    expect(model.sha256).toBe(sha256(hashes.join('')));
    expect(output).toMatchObject({ blocks: 28, parts: [{ file: join(out, 'split.gguf') }], companions: [] });
    expect(output?.checks.bypassDifference).toBe(0);
  });

  it('is pruned into parts that are checked as the one model that they are', async () => {
    const out = makeFolder();
    const args = [PARTS[0]!, '--drop', '13,14', '--split-max-size', '0.05G', '-o', join(out, 'p.gguf')];
    const page = join(out, 'p.html');
    const { code, stdout, stderr } = await runCli([...args, ...quick], { cwd: folder });
    expect(stderr).toMatch(/same bytes ✓.*stock llama\.cpp.*✓.*exactly ✓/);
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n').slice(-2)).toEqual([
      ` ${join(out, 'p-00001-of-00002.gguf')}  and 1 more part of it`,
      ` ${page}   report`,
    ]);
    expect(readdirSync(out).sort()).toEqual(['p-00001-of-00002.gguf', 'p-00002-of-00002.gguf', 'p.html']);
  });
});

describe('A limit below the size of the metadata', () => {
  it('gives a first part without tensors, which llama.cpp opens all the same', async () => {
    const out = makeFolder();
    writeFileSync(join(out, 'm.gguf'), buildGguf(tinyLlama({ blocks: 3 })));
    const args = ['m.gguf', '--drop', '1', '--split-max-size', '0.006M', '--no-report', '--quiet', ...quick];
    const { code, stdout, stderr } = await runCli(args, { cwd: out });
    expect([code, stderr]).toEqual([0, '']);
    const { parts } = await readHeader(join(out, stdout.trim()));
    expect(parts[0].tensors).toEqual([]);
    expect(parts.length).toBeGreaterThan(5);
    const large = parts.slice(1).filter(({ fileBytes, tensors }) => fileBytes > 6000 && tensors.length > 1);
    expect(large).toEqual([]);
  });
});

describe('Parts that cannot all be written', () => {
  itOnLinux('leave nothing behind after Ctrl-C', async () => {
    const out = makeFolder();
    const args = [sampleModelPath('gemma3'), '--drop', '3,8', '--split-max-size', '100M', '-o', 'out.gguf'];
    const run = startCli([...args, ...quick], out);
    await until(() => readdirSync(out).some((name) => /\.part-00002-of-0000\d\.gguf$/.test(name)));
    run.signal('SIGINT');
    expect(await run.ended).toBe(130);
    expect(readdirSync(out)).toEqual([]);
    expect(await untilEmpty(run.processes)).toEqual([]);
  });

  itOnLinux('leave nothing behind where one is too large for the system', async () => {
    const out = makeFolder();
    const args = [smollm2, '--drop', '13', '--split-max-size', '35M', '-o', 'out.gguf', ...quick];
    const limited = { cwd: out, through: ['bash', '-c', 'ulimit -f 20000; exec "$@"', 'bash'] };
    const { code, stderr } = await runCli(args, limited);
    expect(stderr).toMatch(
      /^prune-gguf: out-00001-of-00003\.gguf is larger than this filesystem or session allows/m,
    );
    expect(code).toBe(1);
    expect(readdirSync(out)).toEqual([]);
  });
});

describe('A split model or output is refused', () => {
  const refuse = async (args: readonly string[], cwd = folder) => {
    const before = readdirSync(cwd);
    const { code, stderr } = await runCli([...args, ...quick], { cwd });
    expect(readdirSync(cwd)).toEqual(before);
    return [code, stderr.trimEnd()] as const;
  };

  it('when another part is named, or one is missing', async () => {
    const [code, said] = await refuse([PARTS[1]!]);
    expect(code).toBe(1);
    expect(said).toMatch(
      /^prune-gguf: s-00002-of-00003\.gguf is part 2 of .* Pass the first: s-00001-of-00003\.gguf\.$/,
    );
    const other = makeFolder();
    for (const part of PARTS) copyFileSync(join(folder, part), join(other, part));
    rmSync(join(other, PARTS[2]!));
    expect((await refuse([PARTS[0]!], other))[1]).toMatch(/s-00003-of-00003\.gguf is missing/);
  });

  it('when parts of that name exist, whatever their number, or are the model itself', async () => {
    const args = ['--blocks', '1', '--split-max-size', '60M'];
    expect(await refuse([smollm2, ...args, '-o', 's.gguf'])).toEqual([
      1,
      expect.stringMatching(/s-00001-of-00003\.gguf exists already/),
    ]);
    const self = await refuse([PARTS[0]!, ...args, '-o', 's.gguf', '--overwrite']);
    expect(self[1]).toMatch(/s-0000\d-of-00003\.gguf is the model itself/);
  });

  it.each(['0M', '40', 'M', '-1G', '1K', '1e3M', ' 1G'])('when its size is %j', async (size) => {
    const [code, said] = await refuse([smollm2, '--drop', '1', `--split-max-size=${size}`]);
    expect(code).toBe(2);
    expect(said).toMatch(
      /--split-max-size must be a number of megabytes or gigabytes such as 500M or 2G, not "/,
    );
  });
});

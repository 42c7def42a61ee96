// This tool beside the programs that do the same, or a part of it: each pair in turns, as whole processes.
import {
  copyFileSync,
  mkdtempSync,
  openSync,
  closeSync,
  fsyncSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openModel } from '../../dist/index.js';
import { readHeader } from '../../dist/gguf/index.js';
import { describeModel } from '../../dist/model/index.js';
import { applyPlan, planDrop } from '../../dist/rewrite/index.js';
import { buildPeer, installGgufDump } from './peers.mjs';
import { compareRounds, median, runProgram, takeTurns } from './processes.mjs';

const cli = path.resolve(import.meta.dirname, '..', '..', 'dist', 'cli', 'bin.js');
const threads = String(os.availableParallelism());
const windowTokens = 512;

/** The aims of the project, which differ from model to model where heads do. */
const aims = {
  scoring: { smollm2: 0.86, gemma: 0.42 },
  memory: { smollm2: 0.35, gemma: 0.18 },
};
const findAim = (aim, file) => aims[aim][path.basename(file).startsWith('gemma') ? 'gemma' : 'smollm2'];

/** What is compared, with what it needs and the place of the model it is for, if not for all. */
export const comparisons = {
  'scoring-imatrix': { needs: 'text', run: measureScoring },
  'perplexity-llama': { needs: 'text', run: measurePerplexity },
  'writing-cp': { run: measureWriting },
  'writing-quantize': { run: measureSplitting },
  'inspect-dump': { only: 1, run: measureInspect },
  'start-node': { only: 0, label: '–', run: measureStart },
  'loading-bench': { run: measureLoading },
  'large-file': { only: 0, label: 'generated', run: measureLargeFile },
};

function runCli(args, cache, watched = false) {
  return runProgram(process.execPath, [cli, ...args], { env: { PRUNE_GGUF_CACHE: cache }, watched });
}

const compare = (what, against, { first, second }, aim, read = ({ seconds }) => seconds) => ({
  what,
  against,
  ...compareRounds(first.map(read), second.map(read)),
  aim,
});

/** Runs something in a folder of its own that is gone afterwards. */
async function inFolder(run) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'prune-gguf-bench-'));
  try {
    return { comparisons: await run(folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Windows of token ids as llama-imatrix cuts them: one after the other, each beginning with BOS where the model has it. */
async function writeWindows(file, text, count, folder) {
  const model = await openModel(file, { gpu: 'off' });
  try {
    const { bos, addBos } = model.facts;
    const tokens = await model.tokenize(readFileSync(text, 'utf8'));
    const all = addBos ? [bos, ...tokens] : [...tokens];
    const windows = Array.from({ length: count }, (_, i) => {
      const window = all.slice(i * windowTokens, (i + 1) * windowTokens);
      return addBos ? [bos, ...window.slice(1)] : window;
    });
    const target = path.join(folder, 'windows.json');
    writeFileSync(target, JSON.stringify(windows));
    return target;
  } finally {
    await model.close();
  }
}

function measureScoring({ file, text, windows, rounds }) {
  const imatrix = buildPeer('llama-imatrix');
  return inFolder(async (folder) => {
    const calibration = await writeWindows(file, text, windows, folder);
    // memory is looked at in the round that does not count
    const turns = await takeTurns(
      (counts) =>
        runCli(
          [
            'score',
            file,
            '--gpu',
            'off',
            '--calibration',
            calibration,
            `--json=${path.join(folder, 's.json')}`,
          ],
          folder,
          !counts,
        ),
      (counts) =>
        runProgram(
          imatrix,
          [
            ...['-m', file, '-f', text, '-o', path.join(folder, 'imatrix.gguf'), '-t', threads, '-ngl', '0'],
            ...['-c', String(windowTokens), '--chunks', String(windows)],
          ],
          { watched: !counts },
        ),
      rounds,
    );
    const { before } = turns;
    const memory = { first: [before.first], second: [before.second] };
    const tokens = windows * windowTokens;
    return [
      compare(`scoring ${tokens} tokens`, 'llama-imatrix', turns, findAim('scoring', file)),
      compare('peak memory of that', 'llama-imatrix', memory, findAim('memory', file), ({ bytes }) => bytes),
    ];
  });
}

function measurePerplexity({ file, text, windows, rounds }) {
  const perplexity = buildPeer('llama-perplexity');
  const parts = ['--no-speed', '--no-generation', '--fresh'];
  return inFolder(async (folder) => {
    const turns = await takeTurns(
      () =>
        runCli(
          ['eval', file, '--gpu', 'off', '--text', text, '--windows', String(windows), ...parts],
          folder,
        ),
      () =>
        runProgram(perplexity, [
          ...['-m', file, '-f', text, '-t', threads, '-ngl', '0'],
          ...['-c', String(windowTokens), '--chunks', String(windows)],
        ]),
      rounds,
    );
    return [compare(`perplexity over ${windows} windows`, 'llama-perplexity', turns, 1)];
  });
}

/** A file, or several of no more than `limit` bytes, without one block. */
async function planWithout(file, limit) {
  const header = await readHeader(file);
  return planDrop(header, describeModel(header), { dropped: [1], droppedAttention: [] }, [], limit);
}

/** The seconds that something takes. */
async function time(run) {
  const started = performance.now();
  await run();
  return { seconds: (performance.now() - started) / 1000 };
}

function bringToDisk(file) {
  const handle = openSync(file, 'r+');
  fsyncSync(handle);
  closeSync(handle);
}

function measureWriting({ file, rounds }) {
  return inFolder(async (folder) => {
    const [written, model, copied] = ['written', 'model', 'copied'].map((name) =>
      path.join(folder, `${name}.gguf`),
    );
    const plan = await planWithout(file);
    const write = () => {
      rmSync(written, { force: true });
      return time(() => applyPlan(plan, written));
    };
    const copy = (after) => () => {
      rmSync(copied, { force: true });
      return time(async () => {
        await runProgram('cp', [model, copied]);
        after(copied);
      });
    };
    await write();
    copyFileSync(written, model);
    const what = 'writing the pruned file, until it is on the disk';
    return [
      compare(
        what,
        'cp, until it is on the disk',
        await takeTurns(write, copy(bringToDisk), 2 * rounds),
        1.15,
      ),
      compare(
        what,
        'cp',
        await takeTurns(
          write,
          copy(() => undefined),
          2 * rounds,
        ),
        null,
      ),
    ];
  });
}

/** A model written as several files; llama-quantize makes one. */
function measureSplitting({ file, rounds }) {
  const quantize = buildPeer('llama-quantize');
  return inFolder(async (folder) => {
    const plan = await planWithout(file, Math.ceil(statSync(file).size / 3));
    const output = path.join(folder, 'quantised.gguf');
    const turns = await takeTurns(
      () => time(() => applyPlan(plan, path.join(folder, 'split.gguf'), { overwrite: true })),
      () => {
        rmSync(output, { force: true });
        return time(async () => {
          await runProgram(quantize, ['--prune-layers', '1', file, output, 'COPY', threads]);
          bringToDisk(output);
        });
      },
      2 * rounds,
    );
    return [
      compare(
        'writing three files, until they are on the disk',
        'llama-quantize --prune-layers 1 … COPY, until it is on the disk',
        turns,
        0.7,
      ),
    ];
  });
}

function measureInspect({ file, rounds }) {
  const { program, reason } = installGgufDump();
  if (program === undefined) throw new Error(`inspect cannot be compared with gguf-dump: ${reason}`);
  return inFolder(async (folder) => {
    const turns = await takeTurns(
      () => runCli(['inspect', file], folder),
      () => runProgram(program, ['--no-tensors', file]),
      rounds,
    );
    return [compare('inspect', 'gguf-dump --no-tensors', turns, 0.15)];
  });
}

function measureStart({ rounds }) {
  return inFolder(async (folder) => {
    const { first, second } = await takeTurns(
      () => runCli(['--version'], folder),
      () => runProgram(process.execPath, ['-e', '0']),
      4 * rounds,
    );
    const more = first.map(({ seconds }, round) => 1000 * (seconds - second[round].seconds));
    const spread = { median: median(more), least: Math.min(...more), most: Math.max(...more) };
    return [{ what: '--version', against: 'node -e 0', ...spread, unit: 'ms more', aim: 120 }];
  });
}

/** Until the first pass of a single token is done: a load that maps its file has read little before. */
async function measureLoading({ file, rounds }) {
  const bench = buildPeer('llama-bench');
  const turns = await takeTurns(
    () =>
      time(async () => {
        const model = await openModel(file, { gpu: 'off', contextTokens: windowTokens });
        await model.runWindow({ tokens: Int32Array.of(1), losses: false });
        await model.close();
      }),
    () =>
      runProgram(bench, [
        '-m',
        file,
        '-p',
        '1',
        '-n',
        '0',
        '-r',
        '1',
        '--no-warmup',
        '-t',
        threads,
        '-ngl',
        '0',
      ]),
    2 * rounds,
  );
  return { comparisons: [compare('loading, and a pass of one token', 'llama-bench -p 1 -n 0', turns, 1.2)] };
}

/** A model of about 20 GB of which nothing but the header takes room on the disk; what is written of it does. */
function measureLargeFile() {
  const script = path.join(import.meta.dirname, 'largeFile.mjs');
  return inFolder(async (folder) => {
    const run = (what) => runProgram(process.execPath, [script, what, folder], { watched: true });
    const size = Number((await run('make')).words);
    const against = `a model of ${(size / 1e9).toFixed(1)} GB`;
    const rows = [];
    for (const what of ['inspect', 'rewrite']) {
      const megabytes = (await run(what)).bytes / 1e6;
      const spread = { median: megabytes, least: megabytes, most: megabytes };
      rows.push({ what: `${what}, peak memory`, against, ...spread, unit: 'MB', aim: 150 });
    }
    return rows;
  });
}

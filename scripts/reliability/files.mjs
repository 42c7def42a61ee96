// What becomes of files when a rewrite is disturbed: the source stays as it is, and the target is whole or not there.
import { fork, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

const script = path.join(import.meta.dirname, 'rewriteOnce.mjs');
const hash = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');

/** A copy of the model, what the rewrite makes of it, and how long that takes. */
async function prepare(model, folder) {
  const source = path.join(folder, 'source.gguf');
  copyFileSync(model, source);
  const whole = path.join(folder, 'whole.gguf');
  const first = startRewrite(source, whole);
  await first.began;
  const started = performance.now();
  await first.ended;
  const duration = performance.now() - started;
  return { source, sourceHash: hash(source), wholeHash: hash(whole), duration };
}

function startRewrite(source, target, overwrite = '') {
  const child = fork(script, [source, target, overwrite], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (words += text));
  const ended = new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, words: words.trim() }));
  });
  const began = once(child, 'message');
  return { child, began, ended };
}

/** What lies where the target was to be. */
function judge(target, wholeHash) {
  if (!existsSync(target)) return 'absent';
  return hash(target) === wholeHash ? 'whole' : 'broken';
}

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Kills a rewrite with SIGKILL at so many moments, drawn evenly over the time that it takes. */
async function killAtRandom({ source, sourceHash, wholeHash, duration }, folder, count) {
  const generator = xoroshiro128plus(1);
  const found = { absent: 0, whole: 0, broken: 0, left: 0, sourceChanged: 0 };
  const out = path.join(folder, 'killed');
  for (let i = 0; i < count; i++) {
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out);
    const target = path.join(out, 'target.gguf');
    const { child, began, ended } = startRewrite(source, target);
    await began;
    await wait(uniformFloat64(generator) * 1.1 * duration);
    child.kill('SIGKILL');
    await ended;
    found[judge(target, wholeHash)]++;
    if (readdirSync(out).some((name) => name !== 'target.gguf')) found.left++;
    if (hash(source) !== sourceHash) found.sourceChanged++;
  }
  return found;
}

/** Rewrites into a file system in memory that is mounted with some options, in a shell that alone sees it. */
function rewriteOnDisk(source, folder, options) {
  const disk = mkdtempSync(path.join(folder, 'disk-'));
  const target = path.join(disk, 'target.gguf');
  const mount = `mount -t tmpfs -o ${options} tmpfs "$1"`;
  const all = `${mount} || exit 99; shift; "$@"; code=$?; ls -A "${disk}"; exit $code`;
  const isRoot = process.getuid?.() === 0;
  const enter = isRoot ? ['--mount'] : ['--user', '--map-root-user', '--mount'];
  const command = ['sh', '-c', all, 'sh', disk, process.execPath, script, source, target];
  const { status, stdout, stderr = '' } = spawnSync('unshare', [...enter, ...command], { encoding: 'utf8' });
  if (status === null || status === 99 || stderr.startsWith('unshare:'))
    return { skipped: `no such disk can be mounted here: ${stderr.trim()}` };
  return { target, ended: { code: status, words: stderr.trim() }, left: stdout.trim() };
}

/** Rewrites a copy of the source, to which something is done each time that a piece is written. */
async function rewriteWhile(source, folder, name, harm) {
  const copy = path.join(folder, `${name}.gguf`);
  copyFileSync(source, copy);
  const target = path.join(folder, `of-${name}.gguf`);
  const { child, ended } = startRewrite(copy, target);
  child.on('message', ({ written }) => written && harm(copy));
  return { target, ended: await ended };
}

/** Each disturbs one rewrite, and tells what is expected to lie at the target afterwards. */
const disturbances = {
  'the disk is full': {
    expected: 'absent',
    run: ({ source }, folder) =>
      rewriteOnDisk(source, folder, `size=${Math.floor(statSync(source).size / 2)}`),
  },
  'the folder is read-only': {
    expected: 'absent',
    run: ({ source }, folder) => rewriteOnDisk(source, folder, 'ro'),
  },
  'the source is cut off meanwhile': {
    expected: 'absent',
    isSourceHarmed: true,
    run: ({ source }, folder) =>
      rewriteWhile(source, folder, 'cut', (copy) => truncateSync(copy, Math.floor(statSync(copy).size / 2))),
  },
  'the source grows meanwhile': {
    expected: 'absent',
    isSourceHarmed: true,
    run: ({ source }, folder) =>
      rewriteWhile(source, folder, 'grown', (copy) => appendFileSync(copy, 'more')),
  },
  'the target lies on another file system': {
    expected: 'whole',
    async run({ source }) {
      if (!existsSync('/dev/shm')) return { skipped: 'there is no other file system' };
      const target = path.join(mkdtempSync('/dev/shm/prune-gguf-'), 'target.gguf');
      return { target, ended: await startRewrite(source, target).ended, remove: path.dirname(target) };
    },
  },
  'the target is a link to a file': {
    expected: 'whole',
    async run({ source }, folder) {
      const real = path.join(folder, 'real.gguf');
      copyFileSync(source, real);
      const target = path.join(folder, 'link.gguf');
      symlinkSync(real, target);
      return { target, ended: await startRewrite(source, target, 'overwrite').ended };
    },
  },
  'two runs write one target': {
    expected: 'whole',
    async run({ source }, folder) {
      const target = path.join(folder, 'of-two.gguf');
      const runs = [startRewrite(source, target), startRewrite(source, target)];
      const codes = (await Promise.all(runs.map(({ ended }) => ended))).map(({ code }) => code);
      // one of them has it, and the other is told so
      return { target, ended: { code: Math.min(...codes), words: codes.sort().join(' and ') } };
    },
  },
};

/** @param kills how often a rewrite is killed */
export async function disturbRewrites(model, kills) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'prune-gguf-files-'));
  try {
    const prepared = await prepare(model, folder);
    const killed = await killAtRandom(prepared, folder, kills);
    const faults = [];
    if (killed.broken + killed.sourceChanged > 0) faults.push('a killed rewrite left a broken file');
    const others = [];
    for (const [name, { expected, isSourceHarmed = false, run }] of Object.entries(disturbances)) {
      const outcome = await run(prepared, folder);
      if (outcome.skipped !== undefined) {
        others.push({ name, skipped: outcome.skipped });
        continue;
      }
      const found = judge(outcome.target, prepared.wholeHash);
      const isRight =
        found === expected &&
        (outcome.ended.code === 0) === (expected === 'whole') &&
        !outcome.left &&
        (isSourceHarmed || hash(prepared.source) === prepared.sourceHash);
      if (!isRight) faults.push(`${name}: ${found}, ${JSON.stringify(outcome.ended)} ${outcome.left ?? ''}`);
      others.push({ name, target: found, told: outcome.ended.words });
      if (outcome.remove) rmSync(outcome.remove, { recursive: true, force: true });
    }
    return { kills, ...killed, others, faults };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

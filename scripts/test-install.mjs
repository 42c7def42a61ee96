// The package as a user gets it: packed, installed from the tarball alone into an empty folder, and run on a real model, with
// the addon that came with it and with one that is built there.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { bringSampleModels } from './sample-models.mjs';

const root = path.resolve(import.meta.dirname, '..');
const mostBytes = 5e6;
const folder = mkdtempSync(path.join(os.tmpdir(), 'prune-gguf-install-'));

function run(command, args, { cwd = folder, env = {}, code = 0 } = {}) {
  console.error(`> ${[command, ...args].join(' ')}`);
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, PRUNE_GGUF_CACHE: path.join(folder, 'cache'), ...env },
    maxBuffer: 1 << 28,
  });
  console.error(`  ${((performance.now() - started) / 1000).toFixed(1)} s`);
  check(status === code, `it ended with ${status} instead of ${code}:\n${stdout}\n${stderr}`);
  return { stdout, stderr };
}

function check(isSo, what) {
  if (!isSo) throw new Error(what);
}

/** Packs what is built. */
function pack() {
  const { stdout } = run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root });
  const [{ filename, files }] = JSON.parse(stdout);
  const tarball = path.join(folder, filename);
  return { tarball, bytes: statSync(tarball).size, files: files.map((file) => file.path) };
}

/** A PATH with Node alone: neither git nor CMake nor a compiler. */
function makeBarePath() {
  const bare = path.join(folder, 'bare');
  mkdirSync(bare);
  symlinkSync(process.execPath, path.join(bare, 'node'));
  return bare;
}

try {
  const prebuilds = path.join(root, 'prebuilds');
  rmSync(prebuilds, { recursive: true, force: true });
  const { bytes, files } = pack();
  check(bytes < mostBytes, `the package has ${bytes} bytes without prebuilt addons`);
  const strange = files.filter((name) => /^(test|docs|examples|build)\/|\.gguf$/.test(name));
  check(strange.length === 0, `the package has ${strange.join(', ')}`);

  run(process.execPath, [path.join(root, 'scripts', 'prebuild.mjs')], { cwd: root });
  const { tarball } = pack();
  writeFileSync(path.join(folder, 'package.json'), '{"name":"user","private":true}');
  run('npm', ['install', '--no-audit', '--no-fund', tarball]);
  const [sample] = await bringSampleModels(['smollm2']);
  const model = path.join(folder, 'model.gguf');
  copyFileSync(sample, model);

  const few = ['--windows', '2', '--window-tokens', '64', '--gpu', 'off'];
  const installed = path.join(folder, 'node_modules', 'prune-gguf');
  const doctor = JSON.parse(run('npx', ['prune-gguf', 'doctor', '--json']).stdout);
  check(doctor.addon.file.includes('prebuilds'), `the addon is ${doctor.addon.file}`);
  run('npx', ['prune-gguf', 'model.gguf', '--blocks', '1', ...few]);
  const written = readdirSync(folder).filter((name) => name.startsWith('model.pruned'));
  check(written.length === 2, `it wrote ${written.join(', ')}`);

  // one that does not fit, such as that of another system
  const addon = path.join(installed, 'prebuilds', `${process.platform}-${process.arch}`, 'prune_gguf.node');
  writeFileSync(addon, 'not an addon');
  const cli = path.join(installed, 'dist', 'cli', 'bin.js');
  const refused = run(process.execPath, [cli, 'score', model, ...few], {
    env: { PATH: makeBarePath() },
    code: 1,
  });
  for (const word of ['prebuilds', 'cannot be loaded', 'git, CMake', 'C++17'])
    check(refused.stderr.includes(word), `the error does not tell ${word}: ${refused.stderr}`);

  const scored = run('npx', ['prune-gguf', 'score', 'model.gguf', ...few]);
  check(/built from source/.test(scored.stderr), `it does not tell that it builds: ${scored.stderr}`);
  check(
    existsSync(path.join(installed, 'build', 'addon', 'Release', 'prune_gguf.node')),
    'nothing was built',
  );
  console.log(
    `installed from ${(bytes / 1e6).toFixed(1)} MB, pruned with the addon that came with it, refused with what is missing, and built anew`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
  rmSync(path.join(root, 'prebuilds'), { recursive: true, force: true });
}

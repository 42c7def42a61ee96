// Builds programs of the bundled llama.cpp with the prebuilt libraries of stock llama.cpp, whose ggml the addon runs on as
// well: what differs in time is then the program, not how it was compiled.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { compile, ggmlFolder } from '../architectures/compile.mjs';
import { unpackLlamaSource } from '../llama-source.mjs';

const build = path.resolve(import.meta.dirname, '..', '..', 'build');
const source = path.join(build, 'llama.cpp');

/** Of each version of llama.cpp and ggml another one. */
function findFolder() {
  return path.join(build, 'peers', unpackLlamaSource(source));
}

/** Each program, its sources below tools/, and whether it has the options that llama.cpp's programs share. */
const programs = {
  'llama-imatrix': { files: ['imatrix/imatrix.cpp'], common: true },
  'llama-perplexity': { files: ['perplexity/perplexity.cpp', 'perplexity/main.cpp'], common: true },
  'llama-quantize': { files: ['quantize/quantize.cpp', 'quantize/main.cpp'], common: true },
  'llama-bench': { files: ['llama-bench/llama-bench.cpp', 'llama-bench/main.cpp'], common: true },
  'rpc-server': { files: ['rpc/rpc-server.cpp'], common: false },
};

/** The path of a program, built if it is not there. */
export function buildPeer(name) {
  const folder = findFolder();
  const program = path.join(folder, name);
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  linkBackends(folder);
  const { files, common } = programs[name];
  console.error(`building ${name} ...`);
  compile(
    files.map((file) => path.join(source, 'tools', file)),
    program,
    ['include', 'ggml/include', 'common', 'vendor'].map((part) => path.join(source, part)),
    [...(common ? ['llama-common', 'llama'] : []), 'ggml', 'ggml-base'],
    { optimise: '-O2' },
  );
  return program;
}

/** Programs look for backends beside themselves. */
function linkBackends(folder) {
  const isBackend = (file) => /^libggml-.*\.(so|dylib)$/.test(file);
  // the one for other machines is in no package; it is built with the addon
  for (const from of [ggmlFolder, path.join(build, 'addon', 'Release')]) {
    for (const name of readdirSync(from).filter(isBackend)) {
      const link = path.join(folder, name);
      rmSync(link, { force: true });
      symlinkSync(path.join(from, name), link);
    }
  }
}

/** `gguf-dump` of the Python package gguf, in an environment of its own; a reason where it cannot be had. */
export function installGgufDump() {
  const folder = path.join(build, 'peers');
  const environment = path.join(folder, 'python');
  const program = path.join(environment, 'bin', 'gguf-dump');
  if (existsSync(program)) return { program };
  mkdirSync(folder, { recursive: true });
  if (spawnSync('python3', ['-m', 'venv', environment], { stdio: 'ignore' }).status !== 0)
    return { reason: 'Python cannot make an environment' };
  try {
    execFileSync(path.join(environment, 'bin', 'pip'), ['install', '--quiet', 'gguf'], { stdio: 'pipe' });
  } catch {
    return { reason: 'pip cannot install gguf' };
  }
  return { program };
}

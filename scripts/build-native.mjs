// Builds build/<variant>/prune_gguf.node: patched llama.cpp and native/, linked with ggml.
//   --ggml       build ggml from the same source instead of linking the prebuilt libraries
//   --sanitize   with AddressSanitizer and UndefinedBehaviorSanitizer (implies a build folder of its own)
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { packageFolder, unpackLlamaSource } from './llama-source.mjs';

const root = path.resolve(import.meta.dirname, '..');

const { values: options } = parseArgs({
  options: {
    ggml: { type: 'boolean', default: process.platform === 'win32' },
    sanitize: { type: 'boolean', default: false },
  },
});

const variant = options.sanitize ? 'sanitize' : options.ggml ? 'ggml' : 'addon';
const buildFolder = path.join(root, 'build', variant);
const sourceFolder = path.join(root, 'build', 'llama.cpp');
const addon = path.join(buildFolder, 'Release', 'prune_gguf.node');

function ggmlLibraryFolder() {
  const arch = process.platform === 'darwin' && process.arch === 'arm64' ? 'arm64-metal' : process.arch;
  const name = `${process.platform === 'darwin' ? 'mac' : 'linux'}-${arch === 'arm' ? 'armv7l' : arch}`;
  try {
    return path.join(packageFolder(`@node-llama-cpp/${name}`), 'bins', name);
  } catch {
    throw new Error(`@node-llama-cpp/${name} is not installed; pass --ggml to build ggml from source`);
  }
}

function requireTool(command, advice) {
  if (spawnSync(command, ['--version'], { stdio: 'ignore' }).status !== 0) {
    throw new Error(`${command} was not found. ${advice}`);
  }
}

function nativeIdentity(sourceIdentity) {
  const hash = createHash('sha256')
    .update(sourceIdentity)
    .update(readFileSync(path.join(root, 'CMakeLists.txt')));
  for (const folder of ['core', 'binding']) {
    const full = path.join(root, 'native', folder);
    for (const name of readdirSync(full).sort())
      hash.update(name).update(readFileSync(path.join(full, name)));
  }
  return hash.digest('hex');
}

function main() {
  requireTool('git', 'It unpacks the llama.cpp source.');
  requireTool('cmake', 'Install CMake 3.19 or newer, for example with your package manager.');

  const sourceIdentity = unpackLlamaSource(sourceFolder);
  const identity = nativeIdentity(sourceIdentity);
  const stamp = path.join(buildFolder, '.identity');
  if (existsSync(addon) && existsSync(stamp) && readFileSync(stamp, 'utf8') === identity) {
    console.error(`native addon is up to date: ${path.relative(root, addon)}`);
    return;
  }

  console.error('building the native addon (about two minutes on two cores) ...');
  const definitions = [
    `--CDLLAMA_CPP_DIR=${sourceFolder}`,
    ...(options.ggml ? ['--CDPRUNE_GGUF_BUILD_GGML=ON'] : [`--CDGGML_LIBRARY_DIR=${ggmlLibraryFolder()}`]),
    ...(options.sanitize ? ['--CDPRUNE_GGUF_SANITIZE=ON'] : []),
  ];
  mkdirSync(buildFolder, { recursive: true });
  const cmakeJs = path.join(packageFolder('cmake-js'), 'bin', 'cmake-js');
  const build = spawnSync(
    process.execPath,
    [cmakeJs, 'build', '--out', buildFolder, '--parallel', String(os.availableParallelism()), ...definitions],
    { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  if (build.status !== 0) {
    const output = `${build.stdout}\n${build.stderr}`.trim().split('\n');
    throw new Error(`cmake-js failed. The end of its output:\n${output.slice(-60).join('\n')}`);
  }
  if (!existsSync(addon)) throw new Error(`the build ended without ${addon}`);
  writeFileSync(stamp, identity);
  console.error(`built ${path.relative(root, addon)}`);
}

try {
  main();
} catch (error) {
  console.error(`build-native: ${error.message}`);
  process.exitCode = 1;
}

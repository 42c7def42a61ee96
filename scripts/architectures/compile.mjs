// Compiles a small program against llama.cpp: the libraries that the prebuilt packages carry, or the addon's own.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { packageFolder } from '../llama-source.mjs';

const root = path.resolve(import.meta.dirname, '..', '..');
const platform = `${process.platform === 'darwin' ? 'mac' : 'linux'}-${process.arch}${
  process.platform === 'darwin' && process.arch === 'arm64' ? '-metal' : ''
}`;

/** The folder of ggml's and stock llama.cpp's prebuilt libraries. */
export const ggmlFolder = path.join(packageFolder(`@node-llama-cpp/${platform}`), 'bins', platform);

/**
 * @param code one or several source files
 * @param libraries `llama` is the stock one; `own-llama` the addon's, patched, with all its symbols
 */
export function compile(code, program, includes, libraries, { optimise = '-O1' } = {}) {
  const files = libraries.map((name) =>
    name === 'own-llama' ? path.join(root, 'build', 'addon', 'llama', 'libllama.a') : findLibrary(name),
  );
  const flags = [
    optimise,
    '-std=c++17',
    '-DGGML_SHARED',
    '-DGGML_BACKEND_SHARED',
    ...(libraries.includes('llama') ? ['-DLLAMA_SHARED'] : []),
  ];
  execFileSync(
    process.env.CXX ?? 'c++',
    [
      ...flags,
      ...includes.map((folder) => `-I${folder}`),
      ...[code].flat(),
      '-o',
      program,
      ...files,
      `-Wl,-rpath,${ggmlFolder}`,
    ],
    { stdio: ['ignore', 'inherit', 'inherit'] },
  );
}

/** Every package carries some of its libraries with a version in their names. */
function findLibrary(name) {
  const pattern = new RegExp(`^lib${name}(\\.v[\\d.]+)?\\.(so|dylib)$`);
  const found = readdirSync(ggmlFolder).find((file) => pattern.test(file));
  if (found === undefined) throw new Error(`no lib${name} in ${ggmlFolder}`);
  return path.join(ggmlFolder, found);
}

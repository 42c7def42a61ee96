// Tiny random models of every architecture, made by llama.cpp's own generator (tests/test-llama-archs.cpp) from the
// bundled source, with more blocks than it gives them by itself and some architectures that it leaves out.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { unpackLlamaSource } from '../llama-source.mjs';
import { addVariants } from './variants.mjs';
import { compile, ggmlFolder } from './compile.mjs';

const root = path.resolve(import.meta.dirname, '..', '..');
const patch = path.join(import.meta.dirname, 'generator.patch');
const buildFolder = path.join(root, 'build', 'architectures');

/** Random weights spread far enough that leaving out a block, or mistaking its kind, is plain in the losses. */
const spread = '0.3';
const seed = '1';

/** Makes the models, unless they are there already. @returns the folder that they lie in */
export async function generateModels() {
  const source = path.join(root, 'build', 'llama.cpp');
  const identity = createHash('sha256')
    .update(unpackLlamaSource(source))
    .update(readFileSync(patch))
    .update(readFileSync(import.meta.filename))
    .update(readFileSync(path.join(import.meta.dirname, 'variants.mjs')))
    .digest('hex');
  const folder = path.join(buildFolder, 'models');
  const stamp = path.join(folder, '.identity');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === identity) return folder;

  console.error("building llama.cpp's generator and making the models ...");
  const partial = `${folder}.part`;
  rmSync(partial, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  execFileSync(buildGenerator(source), ['-s', seed, '-d', spread, '-v', '1', '-o', partial], {
    cwd: ggmlFolder, // where it looks for ggml's backends
    stdio: 'pipe', // what it prints is in the error, if it fails
  });
  await addVariants(partial);
  writeFileSync(path.join(partial, '.identity'), identity);
  renameSync(partial, folder);
  console.error(`made ${readdirSync(folder).length - 1} models`);
  return folder;
}

function buildGenerator(source) {
  const code = path.join(buildFolder, 'tests', 'test-llama-archs.cpp');
  mkdirSync(path.dirname(code), { recursive: true });
  copyFileSync(path.join(source, 'tests', 'test-llama-archs.cpp'), code);
  execFileSync('git', ['apply', '--directory', path.relative(root, buildFolder), patch], { cwd: root });
  const program = path.join(buildFolder, 'generator');
  const includes = ['common', 'include', 'ggml/include', 'src', 'tests'].map((name) =>
    path.join(source, name),
  );
  // the generator uses what libllama does not export: it is linked with the addon's own, whose hook nobody sets
  compile(code, program, includes, ['own-llama', 'llama-common', 'ggml', 'ggml-base']);
  return program;
}

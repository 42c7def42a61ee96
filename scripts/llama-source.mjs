// Unpacks the llama.cpp source that node-llama-cpp carries and applies native/patches to it.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');

/** Folder of an installed package. */
export function packageFolder(name) {
  const entry = fileURLToPath(import.meta.resolve(name));
  const parts = entry.split(path.sep);
  const depth = parts.lastIndexOf('node_modules') + name.split('/').length + 1;
  return parts.slice(0, depth).join(path.sep);
}

/**
 * Makes sure that `folder` holds the patched source and returns what identifies it.
 * The identity is a hash over the bundle and the patches, so an upgrade or an edited patch unpacks anew.
 */
export function unpackLlamaSource(folder, { patched = true } = {}) {
  const bundle = path.join(packageFolder('node-llama-cpp'), 'llama', 'gitRelease.bundle');
  const patchFolder = path.join(root, 'native', 'patches');
  const patches = patched
    ? readdirSync(patchFolder)
        .filter((name) => name.endsWith('.patch'))
        .sort()
    : [];

  const hash = createHash('sha256').update(readFileSync(bundle));
  for (const name of patches) hash.update(readFileSync(path.join(patchFolder, name)));
  const identity = hash.digest('hex').slice(0, 16);

  const stamp = path.join(folder, '.identity');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === identity) return identity;

  rmSync(folder, { recursive: true, force: true });
  mkdirSync(path.dirname(folder), { recursive: true });
  const partial = `${folder}.${process.pid}.part`;
  const git = (...args) =>
    execFileSync('git', ['-c', 'advice.detachedHead=false', ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  git('clone', '--quiet', bundle, partial);
  for (const name of patches) git('-C', partial, 'apply', path.join(patchFolder, name));
  rmSync(path.join(partial, '.git'), { recursive: true, force: true });
  writeFileSync(path.join(partial, '.identity'), identity);
  renameSync(partial, folder);
  return identity;
}

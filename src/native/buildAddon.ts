/** Builds the addon on the user's machine, where none that came with the package can be loaded. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { PruneError } from '../errors.js';
import { findAddons, listAddonPlaces, locateLibraries, packageRoot } from './locate.js';

/** How much of what the build says is kept for an error message, in characters. */
const keptWords = 2000;

export interface BuildOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told before it begins, as it takes minutes. */
  readonly onNote?: ((text: string) => void) | undefined;
}

let building: Promise<string> | undefined;

/**
 * Builds the addon from the source in the package, once for all who ask at the same time.
 * @param failures why each addon that is there cannot be loaded
 * @returns its file
 * @throws PruneError NATIVE_MISSING with what was tried, how the build ended, and what it needs; BACKEND without the libraries
 *   that it is linked with; CANCELLED
 */
export function buildAddon(failures: readonly string[], options: BuildOptions): Promise<string> {
  building ??= build(failures, options).finally(() => {
    building = undefined;
  });
  return building;
}

async function build(failures: readonly string[], { signal, onNote }: BuildOptions): Promise<string> {
  locateLibraries();
  onNote?.('The native addon is built from source, once, which takes some minutes.');
  const script = path.join(packageRoot, 'scripts', 'build-native.mjs');
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'pipe'], signal });
  let words = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-keptWords);
    });
  }
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    const [built] = findAddons();
    if (code === 0 && built !== undefined) return built;
  } catch (cause) {
    if (signal?.aborted) throw new PruneError('CANCELLED', 'Cancelled.', { cause });
    words += cause instanceof Error ? cause.message : '';
  }
  const tried = failures.length > 0 ? failures : listAddonPlaces().map((file) => `${file}: not there`);
  throw new PruneError(
    'NATIVE_MISSING',
    `There is no native addon for ${process.platform}-${process.arch}, and it could not be built. It needs git, CMake 3.19 or ` +
      `newer, a C++17 compiler, and leave to write in ${packageRoot}. What was tried:\n` +
      `${tried.map((one) => `  ${one}`).join('\n')}\nThe end of the build:\n${words.trim()}`,
  );
}

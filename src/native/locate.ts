import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PruneError } from '../errors.js';

export const packageRoot = path.resolve(import.meta.dirname, '..', '..');

/** Backends that a user can ask for by name. */
export const gpuChoices = ['auto', 'off', 'cuda', 'vulkan', 'metal'] as const;
export type GpuChoice = (typeof gpuChoices)[number];
export type GpuBackend = Exclude<GpuChoice, 'auto' | 'off'>;

/** What runs a model: processors of this machine, or of others as well. */
export type BackendName = GpuBackend | 'off' | 'rpc';

/** A folder of ggml libraries and the GPU backend among them, if any. */
export interface BackendFolder {
  readonly gpu: GpuBackend | 'off';
  readonly folder: string;
}

/** Where the addon is looked for, in this order; where PRUNE_GGUF_ADDON names one, there alone. */
export function listAddonPlaces(): readonly string[] {
  const named = process.env['PRUNE_GGUF_ADDON'];
  if (named) return [path.resolve(named)];
  return [
    // what was built here fits
    path.join(packageRoot, 'build', 'addon', 'Release', 'prune_gguf.node'),
    path.join(packageRoot, 'build', 'ggml', 'Release', 'prune_gguf.node'),
    path.join(packageRoot, 'prebuilds', `${process.platform}-${process.arch}`, 'prune_gguf.node'),
  ];
}

/** The addons that are there. */
export function findAddons(): readonly string[] {
  return listAddonPlaces().filter((file) => existsSync(file));
}

/** ggml's backend for other machines, which is built beside the addon; ggml that is built into the addon has it too. */
export function locateRpcLibrary(addon: string): string {
  return path.join(path.dirname(addon), 'libggml-rpc.so');
}

/** The packages of prebuilt ggml libraries that this platform has, best first; the CPU's comes last. */
function packageNames(): readonly { readonly gpu: BackendFolder['gpu']; readonly name: string }[] {
  const arch = process.arch === 'arm' ? 'armv7l' : process.arch;
  if (process.platform === 'darwin') {
    return process.arch === 'arm64'
      ? [{ gpu: 'metal', name: 'mac-arm64-metal' }]
      : [{ gpu: 'off', name: 'mac-x64' }];
  }
  const system = `${process.platform === 'win32' ? 'win' : 'linux'}-${arch}`;
  return [
    { gpu: 'cuda', name: `${system}-cuda` },
    { gpu: 'vulkan', name: `${system}-vulkan` },
    { gpu: 'off', name: system },
  ];
}

function locatePackage(name: string): string | undefined {
  try {
    const entry = fileURLToPath(import.meta.resolve(`@node-llama-cpp/${name}`));
    const folder = path.resolve(path.dirname(entry), '..', 'bins', name);
    return existsSync(folder) && readdirSync(folder).some((file) => file.includes('ggml-base'))
      ? folder
      : undefined;
  } catch {
    return undefined; // an optional package that npm did not install here
  }
}

/** The packages of this platform, best first, and where those lie that are installed. */
export function listPackages() {
  return packageNames().map(({ gpu, name }) => ({ gpu, name, folder: locatePackage(name) }));
}

function installedBackends(): readonly BackendFolder[] {
  return listPackages().flatMap(({ gpu, folder }) => (folder === undefined ? [] : [{ gpu, folder }]));
}

/**
 * The folder of the libraries that the addon is linked with.
 * @throws PruneError BACKEND when none is installed
 */
export function locateLibraries(): string {
  const cpu = installedBackends().at(-1);
  if (cpu === undefined) {
    throw new PruneError(
      'BACKEND',
      `No prebuilt ggml libraries are installed for ${process.platform}-${process.arch}: the optional ` +
        `@node-llama-cpp packages are missing. Install again without --omit=optional.`,
    );
  }
  return cpu.folder;
}

/**
 * The folders of backends to try for a choice, best first. Each holds the CPU's backend too.
 * @throws PruneError BACKEND when the backend asked for is not installed
 */
export function locateBackends(choice: GpuChoice): readonly BackendFolder[] {
  const cpu: BackendFolder = { gpu: 'off', folder: locateLibraries() };
  if (choice === 'off') return [cpu];

  const installed = installedBackends().filter(({ gpu }) => gpu !== 'off');
  if (choice === 'auto') return [...installed, cpu];

  const found = installed.filter(({ gpu }) => gpu === choice);
  if (found.length === 0) {
    const have = [...installed.map(({ gpu }) => gpu), 'off'].join(', ');
    throw new PruneError(
      'BACKEND',
      `There is no ${choice} backend for this machine. --gpu can be: auto, ${have}.`,
    );
  }
  return found;
}

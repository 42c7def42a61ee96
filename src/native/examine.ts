/** Tries what a run would be made of: the addon, and each backend that this platform has. */
import { PruneError } from '../errors.js';
import { AddonProcess } from './childProcess.js';
import type { Device } from './contract.js';
import { findAddons, listAddonPlaces, listPackages, locateLibraries, type GpuBackend } from './locate.js';

/** What became of trying a backend. */
export interface BackendExam {
  readonly gpu: GpuBackend | 'off';
  /** The npm package that has its libraries. */
  readonly package: string;
  /** Where they lie; null where the package is not installed. */
  readonly folder: string | null;
  /** What it finds to run on; of a GPU backend the processor is none of them. */
  readonly devices: readonly Device[];
  /** Why it cannot be used, in words; null where it can. */
  readonly obstacle: string | null;
  /** The instruction sets and features of what was loaded, as llama.cpp prints them; null where nothing was. */
  readonly features: string | null;
}

/** The addon, and what became of trying it. */
export interface AddonExam {
  /** null: there is none. */
  readonly file: string | null;
  readonly lookedFor: readonly string[];
  readonly backends: readonly BackendExam[];
}

/** Tries each backend in a process of its own, that may die of it. Loads no model. */
export async function examineAddon(): Promise<AddonExam> {
  const lookedFor = listAddonPlaces();
  const addons = findAddons();
  const packages = listPackages();
  // where a GPU's package has the processor's library as well
  const all = packages.some(({ gpu }) => gpu === 'off')
    ? packages
    : [...packages, ...packages.slice(-1).map((last) => ({ ...last, gpu: 'off' as const }))];
  let file = addons[0] ?? null;
  for (const one of addons) {
    const { obstacle } = await examine(one, 'off', all.at(-1)?.folder);
    if (obstacle !== null) continue;
    file = one;
    break;
  }
  const backends: BackendExam[] = [];
  for (const { gpu, name, folder } of all) {
    const known = { gpu, package: `@node-llama-cpp/${name}`, folder: folder ?? null };
    backends.push({ ...known, ...(await examine(file, gpu, folder)) });
  }
  return { file, lookedFor, backends };
}

async function examine(
  addon: string | null,
  gpu: BackendExam['gpu'],
  folder: string | undefined,
): Promise<Pick<BackendExam, 'devices' | 'obstacle' | 'features'>> {
  const fail = (obstacle: string) => ({ devices: [], obstacle, features: null });
  if (folder === undefined) return fail('its package is not installed');
  if (addon === null) return fail('there is no addon to load it');
  let child: AddonProcess | undefined;
  try {
    child = new AddonProcess(locateLibraries());
    const started = await child.call('start', { addon, backendFolder: folder, servers: null });
    const devices = started.devices.filter(({ kind }) => gpu === 'off' || kind !== 'cpu');
    const obstacle =
      devices.length > 0
        ? null
        : gpu === 'off'
          ? 'no library of it runs on this processor'
          : 'it found no device: there is none, or its driver is missing';
    return { devices, obstacle, features: started.systemInfo };
  } catch (error) {
    if (error instanceof PruneError) return fail(error.message);
    throw error;
  } finally {
    await child?.end();
  }
}

/** Starts the process that models are loaded into, with the backend that runs them. */
import { PruneError } from '../errors.js';
import { AddonProcess, type CallOptions } from './childProcess.js';
import type { Device } from './contract.js';
import {
  locateAddon,
  locateBackends,
  locateLibraries,
  type BackendFolder,
  type GpuChoice,
} from './locate.js';

/** A process and the models in it. */
export interface ModelProcess {
  readonly child: AddonProcess;
  readonly backend: BackendFolder['gpu'];
  readonly devices: readonly Device[];
  /** How many models were ever opened, and the numbers of those that are open. */
  readonly models: { opened: number; readonly open: Set<number> };
}

/** Lists the devices of a choice of backends, loading no model. */
export async function findDevices(choice: GpuChoice): Promise<readonly Device[]> {
  const { child, devices } = await startProcess(choice, {});
  await child.end();
  return devices;
}

/** Starts the child with the first backend that has a device; the CPU always has one. */
export async function startProcess(choice: GpuChoice, options: CallOptions): Promise<ModelProcess> {
  const addon = locateAddon();
  const libraries = locateLibraries();
  for (const { gpu, folder } of locateBackends(choice)) {
    const child = new AddonProcess(libraries);
    try {
      const { devices } = await child.call('start', { addon, backendFolder: folder }, options);
      if (gpu === 'off' || devices.some(({ kind }) => kind !== 'cpu'))
        return { child, backend: gpu, devices, models: { opened: 0, open: new Set() } };
      await child.end();
    } catch (error) {
      await child.end();
      // a backend that cannot even be loaded is passed over as one without a device is, unless it was asked for
      if (choice !== 'auto' || gpu === 'off' || options.signal?.aborted) throw error;
    }
  }
  throw new PruneError(
    'BACKEND',
    `The ${choice} backend found no device on this machine: a driver may be missing. Use --gpu off to run on the CPU.`,
  );
}

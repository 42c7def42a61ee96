/** Which process a model is loaded into. */
import type { Device } from './contract.js';
import type { GpuChoice } from './locate.js';
import { startProcess, type ModelProcess, type StartOptions } from './startProcess.js';

/** Of open models, by their handles. */
const processes = new WeakMap<object, ModelProcess>();

export function rememberProcess(handle: object, host: ModelProcess): void {
  processes.set(handle, host);
}

export const recallProcess = (handle: object): ModelProcess | undefined => processes.get(handle);

/** Processes that use other machines: an rpc-server answers one at a time, so that all models on it are in one. */
const shared = new Map<string, Promise<ModelProcess>>();

/**
 * Starts a process; or finds the one that has a model on the same other machines.
 * @param addresses of other machines
 */
export async function findProcess(
  choice: GpuChoice,
  options: StartOptions,
  addresses: readonly string[] = [],
): Promise<ModelProcess> {
  if (addresses.length === 0) return startProcess(choice, options);
  const key = [choice, ...new Set(addresses)].toSorted().join(' ');
  const found = await shared.get(key)?.catch(() => undefined);
  if (found?.child.isAlive === true) return found;
  const started = startProcess(choice, options, addresses);
  shared.set(key, started);
  return started;
}

/** Lists the devices of a choice of backends, with the memory that is free; no model is loaded. */
export async function findDevices(
  choice: GpuChoice,
  addresses?: readonly string[],
): Promise<readonly Device[]> {
  const { child, devices, models } = await findProcess(choice, {}, addresses);
  if (models.open.size > 0) return (await child.call('measureMemory', undefined)).devices;
  await child.end();
  return devices;
}

/** Starts the process that models are loaded into, with the backend that runs them. */
import { PruneError } from '../errors.js';
import { buildAddon, type BuildOptions } from './buildAddon.js';
import { AddonProcess, type CallOptions } from './childProcess.js';
import type { Device } from './contract.js';
import {
  findAddons,
  locateBackends,
  locateLibraries,
  locateRpcLibrary,
  type BackendName,
  type GpuChoice,
} from './locate.js';
import { unloadable } from './protocol.js';
import { checkServers } from './servers.js';

/** A process and the models in it. */
export interface ModelProcess {
  readonly child: AddonProcess;
  readonly backend: BackendName;
  readonly devices: readonly Device[];
  /** How many models were ever opened, and the numbers of those that are open. */
  readonly models: { opened: number; readonly open: Set<number> };
}

/**
 * Starts the child with the first backend that has a device; the CPU always has one. Where no addon can be loaded, one is
 * built.
 * @param addresses of other machines whose devices are used as well
 */
export async function startProcess(
  choice: GpuChoice,
  options: StartOptions,
  addresses: readonly string[] = [],
): Promise<ModelProcess> {
  await checkServers(addresses);
  const failures: string[] = [];
  for (const addon of findAddons()) {
    try {
      return await startWith(addon, choice, options, addresses);
    } catch (error) {
      if (!(error instanceof PruneError && error.message.startsWith(unloadable))) throw error;
      failures.push(`${addon}: ${error.message}`);
    }
  }
  const named = process.env['PRUNE_GGUF_ADDON'];
  if (named) {
    throw new PruneError(
      'NATIVE_MISSING',
      `The addon that PRUNE_GGUF_ADDON names cannot be used: ${failures[0] ?? `${named} is not there`}.`,
    );
  }
  return startWith(await buildAddon(failures, options), choice, options, addresses);
}

export type StartOptions = CallOptions & BuildOptions;

async function startWith(
  addon: string,
  choice: GpuChoice,
  options: CallOptions,
  addresses: readonly string[],
): Promise<ModelProcess> {
  const libraries = locateLibraries();
  const servers = addresses.length === 0 ? null : { library: locateRpcLibrary(addon), addresses };
  for (const { gpu, folder } of locateBackends(choice)) {
    const child = new AddonProcess(libraries);
    try {
      const starting = child.call('start', { addon, backendFolder: folder, servers }, options);
      const { devices } = await (servers === null ? starting : waitForServers(starting, addresses));
      const isLocal = ({ kind, backend }: Device) => kind !== 'cpu' && backend !== 'RPC';
      if (gpu === 'off' || devices.some(isLocal)) {
        const backend = gpu === 'off' && servers !== null ? 'rpc' : gpu;
        return { child, backend, devices, models: { opened: 0, open: new Set() } };
      }
      await child.end();
    } catch (error) {
      await child.end();
      // a backend that cannot even be loaded is passed over as one without a device is, unless it was asked for; what has
      // nothing to do with the backend is not
      const isOther =
        error instanceof PruneError && (error.code === 'BACKEND' || error.message.startsWith(unloadable));
      if (choice !== 'auto' || gpu === 'off' || isOther || options.signal?.aborted) throw error;
    }
  }
  throw new PruneError(
    'BACKEND',
    `The ${choice} backend found no device on this machine: a driver may be missing. Use --gpu off to run on the CPU.`,
  );
}

/** How long servers may take to tell their devices, in milliseconds. */
const patience = 30_000;

/** A server that serves somebody else keeps whoever comes next waiting, and says nothing. */
async function waitForServers<T>(starting: Promise<T>, addresses: readonly string[]): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const waited = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new PruneError(
          'BACKEND',
          `${addresses.join(' or ')} took the connection, but says nothing: an rpc-server serves one program at a time, and ` +
            `may be serving another one.`,
        ),
      );
    }, patience);
  });
  try {
    return await Promise.race([starting, waited]);
  } finally {
    clearTimeout(timer);
  }
}

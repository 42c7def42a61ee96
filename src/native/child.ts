/**
 * Entry of the child process that holds the addon. llama.cpp ends the process when an assertion of its own fails;
 * here that takes down this process only, and the parent reports it.
 */
import { createRequire } from 'node:module';
import type { NativeAddon, NativeSession } from './contract.js';
import type { Call, Method, Methods, Reply } from './protocol.js';

type Handlers = {
  [M in Method]: (
    args: Methods[M]['args'],
    onProgress: (share: number) => void,
  ) => Methods[M]['result'] | Promise<Methods[M]['result']>;
};

let addon: NativeAddon | undefined;
let session: NativeSession | undefined;

function opened(): NativeSession {
  if (session === undefined) throw new Error('no model is open');
  return session;
}

const handlers: Handlers = {
  start({ addon: file, backendFolder }) {
    addon = createRequire(import.meta.url)(file) as NativeAddon;
    addon.loadBackends(backendFolder);
    return { devices: addon.listDevices(), systemInfo: addon.systemInfo() };
  },
  open(request, onProgress) {
    if (addon === undefined) throw new Error('the addon is not loaded');
    session = new addon.Session();
    return session.open(request, onProgress);
  },
  tokenize: (text) => opened().tokenize(text),
  runWindow: (request) => opened().runWindow(request),
  measureSpeed: ({ prompt, generate }) => opened().measureSpeed(prompt, generate),
  cancel() {
    session?.cancel();
    return undefined;
  },
  async close() {
    await session?.close();
    session = undefined;
    return undefined;
  },
};

function send(reply: Reply): void {
  if (process.connected) process.send?.(reply);
}

async function answer({ id, method, args }: Call): Promise<void> {
  try {
    const onProgress = (progress: number) => {
      send({ id, progress });
    };
    // the types of a call's method and arguments belong together, which a union of them cannot say
    const handler = handlers[method] as (args: unknown, onProgress: (share: number) => void) => unknown;
    send({ id, result: await handler(args, onProgress) });
  } catch (error) {
    send({ id, error: error instanceof Error ? error.message : String(error) });
  }
}

process.on('message', (call: Call) => void answer(call));
// a terminal sends Ctrl-C to both processes; the parent decides when this one ends
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());

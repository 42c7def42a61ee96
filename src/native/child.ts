/**
 * Entry of the child process that holds the addon. llama.cpp ends the process when an assertion of its own fails;
 * here that takes down this process only, and the parent reports it.
 */
import { createRequire } from 'node:module';
import type { NativeAddon, NativeSession } from './contract.js';
import { unloadable, type Call, type Method, type Methods, type Reply } from './protocol.js';

interface CallContext {
  readonly session: number;
  readonly onProgress: (share: number) => void;
}

type Handlers = {
  [M in Method]: (
    args: Methods[M]['args'],
    context: CallContext,
  ) => Methods[M]['result'] | Promise<Methods[M]['result']>;
};

let started: NativeAddon | undefined;
const sessions = new Map<number, NativeSession>();

function addon(): NativeAddon {
  if (started === undefined) throw new Error('the addon is not loaded');
  return started;
}

/** The system's words tell what is missing, such as a newer C library. */
function load(file: string): NativeAddon {
  try {
    return createRequire(import.meta.url)(file) as NativeAddon;
  } catch (cause) {
    throw new Error(`${unloadable}: ${cause instanceof Error ? cause.message : ''}`, { cause });
  }
}

function opened({ session }: CallContext): NativeSession {
  const found = sessions.get(session);
  if (found === undefined) throw new Error('no model is open');
  return found;
}

const handlers: Handlers = {
  start({ addon: file, backendFolder, servers }) {
    started = load(file);
    started.loadBackends(backendFolder);
    if (servers !== null) started.connectServers(servers.library, servers.addresses);
    return { devices: started.listDevices(), systemInfo: started.systemInfo() };
  },
  open(request, { session, onProgress }) {
    const opening = new (addon().Session)();
    sessions.set(session, opening);
    return opening.open(request, onProgress);
  },
  tokenize: (texts, context) => opened(context).tokenize(texts),
  detokenize: (tokens, context) => opened(context).detokenize(tokens),
  runWindow: (request, context) => opened(context).runWindow(request),
  runSequences: (request, context) => opened(context).runSequences(request),
  generate: (request, context) => opened(context).generate(request),
  measureSpeed: (request, context) => opened(context).measureSpeed(request),
  sumMagnitudes: (place, context) => opened(context).sumMagnitudes(place),
  runBlock: (request, context) => opened(context).runBlock(request),
  sumPatch: ({ stream, wanted, block }, context) => opened(context).sumPatch(stream, wanted, block),
  copyStream: ({ from, to }, context) => opened(context).copyStream(from, to),
  forgetStreams: (_, context) => opened(context).forgetStreams(),
  compareStreams: ({ a, b }, context) => opened(context).compareStreams(a, b),
  clearSums: (_, context) => opened(context).clearSums(),
  refit: (request, context) => opened(context).refit(request),
  overrideWeight: (weight, context) => opened(context).overrideWeight(weight),
  beginTraining: (request, context) => opened(context).beginTraining(request),
  trainWindow: (request, context) => opened(context).trainWindow(request),
  stepTraining: (step, context) => opened(context).stepTraining(step),
  readTrained: (_, context) => opened(context).readTrained(),
  writeTrained: (state, context) => opened(context).writeTrained(state),
  mergeTrained: (request, context) => opened(context).mergeTrained(request),
  holdRounding: (request, context) => opened(context).holdRounding(request),
  measureMemory: () => ({
    peakBytes: process.resourceUsage().maxRSS * 1024,
    devices: addon().listDevices(),
  }),
  async quantize(request) {
    await addon().quantize(request);
    return undefined;
  },
  cancel() {
    for (const session of sessions.values()) session.cancel();
    return undefined;
  },
  async close(_, { session }) {
    await sessions.get(session)?.close();
    sessions.delete(session);
    return undefined;
  },
};

function send(reply: Reply): void {
  if (process.connected) process.send?.(reply);
}

async function answer({ id, session, method, args }: Call): Promise<void> {
  try {
    const onProgress = (progress: number) => {
      send({ id, progress });
    };
    // the types of a call's method and arguments belong together, which a union of them cannot say
    const handler = handlers[method] as (args: unknown, context: CallContext) => unknown;
    send({ id, result: await handler(args, { session, onProgress }) });
  } catch (error) {
    send({ id, error: error instanceof Error ? error.message : String(error) });
  }
}

process.on('message', (call: Call) => void answer(call));
// a terminal sends Ctrl-C to both processes; the parent decides when this one ends
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());

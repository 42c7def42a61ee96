import os from 'node:os';
import type { GgufHeader } from '../gguf/index.js';
import { fileLabel, readHeader } from '../gguf/index.js';
import { describeModel, findArchitecture, type ModelDescription } from '../model/index.js';
import { PruneError } from '../errors.js';
import { AddonProcess, type CallOptions } from './childProcess.js';
import type { Device, ModelFacts, SpeedResult, WindowRequest, WindowResult } from './contract.js';
import {
  locateAddon,
  locateBackends,
  locateLibraries,
  type BackendFolder,
  type GpuChoice,
} from './locate.js';

/** How models are run. */
export interface ModelOptions {
  /** Default: auto, the first backend of cuda, vulkan, metal that has a device. */
  readonly gpu?: GpuChoice | undefined;
  /** Blocks on the GPU. Default: all. */
  readonly gpuLayers?: number | undefined;
  /** Default: the number of cores. */
  readonly threads?: number | undefined;
  /** Tokens of the longest window that will be run. Default: 512. */
  readonly contextTokens?: number | undefined;
  /** Run with dequantised weights: slower on some processors, the same to six digits on all. Default: false. */
  readonly exact?: boolean | undefined;
  readonly onProgress?: ((share: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The part of a window request that a caller chooses; the rest follows from how the model was opened. */
export type RunRequest = { readonly tokens: Int32Array; readonly bypass?: readonly number[] } & Partial<
  Pick<WindowRequest, 'gram' | 'losses'>
>;

/** A loaded model in a process of its own. The only handle of this package: close it, or use `await using`. */
export interface Model extends AsyncDisposable {
  readonly header: GgufHeader;
  readonly description: ModelDescription;
  readonly facts: ModelFacts;
  readonly backend: BackendFolder['gpu'];
  readonly threads: number;
  /** Process id of the process that holds the model. */
  readonly pid: number | undefined;
  /** Tokenises text; no special tokens are added or recognised. */
  tokenize(text: string, options?: CallOptions): Promise<Int32Array>;
  runWindow(request: RunRequest, options?: CallOptions): Promise<WindowResult>;
  /** The time of stock llama.cpp for a prompt and `generate` single tokens after it. */
  measureSpeed(prompt: Int32Array, generate: number, options?: CallOptions): Promise<SpeedResult>;
  close(): Promise<void>;
}

/** Bytes that the states of one graph may take, and its logits. Beyond that, windows run in pieces. */
const graphBudget = 256 * 1024 * 1024;
const longestGraph = 512;
const shortestGraph = 32;

/**
 * Loads a model.
 * @throws PruneError for files that are no supported model; NATIVE_MISSING; BACKEND; NATIVE_FAILED with llama.cpp's
 *   words when it cannot load the file; NATIVE_CRASHED; CANCELLED
 */
export async function openModel(path: string, options: ModelOptions = {}): Promise<Model> {
  const header = await readHeader(path);
  const description = describeModel(header);
  const { stateName, lanesLast, causal } = findArchitecture(description.architecture, fileLabel(path));
  const { child, backend } = await startWithBackend(options.gpu ?? 'auto', options);
  try {
    const threads = options.threads ?? os.availableParallelism();
    const contextTokens = options.contextTokens ?? 512;
    const exact = options.exact ?? false;
    const facts = await child.call(
      'open',
      {
        path,
        stateName,
        lanesLast,
        gpuLayers: backend === 'off' ? 0 : (options.gpuLayers ?? description.blocks.length + 1),
        threads,
        contextTokens,
        // tokens that see those after them cannot be run in pieces
        batchTokens: causal ? Math.min(contextTokens, chooseBatchTokens(header, description)) : contextTokens,
        exact,
      },
      options,
    );
    return {
      header,
      description,
      facts,
      backend,
      threads,
      pid: child.pid,
      tokenize: (text, call) => child.call('tokenize', text, call),
      runWindow: ({ tokens, bypass = [], gram = false, losses = false }, call) =>
        child.call('runWindow', { tokens, gram, losses, exact, bypass: Int32Array.from(bypass) }, call),
      measureSpeed: (prompt, generate, call) => child.call('measureSpeed', { prompt, generate }, call),
      close: () => child.end(),
      [Symbol.asyncDispose]: () => child.end(),
    };
  } catch (error) {
    await child.end();
    throw explainLoadFailure(error, path);
  }
}

/** Lists the devices of a choice of backends, loading no model. */
export async function findDevices(choice: GpuChoice): Promise<readonly Device[]> {
  const { child, devices } = await startWithBackend(choice, {});
  await child.end();
  return devices;
}

interface Started {
  readonly child: AddonProcess;
  readonly backend: BackendFolder['gpu'];
  readonly devices: readonly Device[];
}

/** Starts the child with the first backend that has a device; the CPU always has one. */
async function startWithBackend(choice: GpuChoice, options: CallOptions): Promise<Started> {
  const addon = locateAddon();
  const libraries = locateLibraries();
  for (const { gpu, folder } of locateBackends(choice)) {
    const child = new AddonProcess(libraries);
    try {
      const { devices } = await child.call('start', { addon, backendFolder: folder }, options);
      if (gpu === 'off' || devices.some(({ kind }) => kind !== 'cpu'))
        return { child, backend: gpu, devices };
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

/** Graphs take as many tokens as their largest tensors allow: all states side by side, and the logits. */
function chooseBatchTokens(
  header: GgufHeader,
  { blocks, embeddingLength = 0, shared }: ModelDescription,
): number {
  const embedding = shared.find(({ name }) => name === 'token_embd.weight');
  const vocabulary = embedding?.dimensions[1] ?? 0;
  const bytesPerToken = 4 * Math.max((blocks.length + 1) * embeddingLength, vocabulary, 1);
  const fitting = 2 ** Math.floor(Math.log2(graphBudget / bytesPerToken));
  return Math.min(longestGraph, Math.max(shortestGraph, fitting));
}

function explainLoadFailure(error: unknown, path: string): unknown {
  if (!(error instanceof PruneError) || error.code !== 'NATIVE_FAILED') return error;
  return new PruneError('NATIVE_FAILED', `${fileLabel(path)}: ${error.message}`, { cause: error });
}

import os from 'node:os';
import type { GgufHeader } from '../gguf/index.js';
import { fileLabel, readHeader } from '../gguf/index.js';
import {
  countLanes,
  describeModel,
  findArchitecture,
  hasRecurrentBlocks,
  type ModelDescription,
} from '../model/index.js';
import { PruneError } from '../errors.js';
import type { CallOptions } from './childProcess.js';
import type { Model, ModelOptions } from './model.js';
import { exceedsMemory } from './freeMemory.js';
import type { Method, Methods } from './protocol.js';
import { findProcess, recallProcess, rememberProcess } from './sharedProcess.js';

const windowDefaults = {
  gram: false,
  losses: false,
  firstScored: 1,
  distribution: 'none',
  topTokens: 0,
  reference: null,
  slot: 0,
  keepInputs: false,
  firstBlock: 0,
  attenuate: null,
  overridden: false,
  converted: false,
  stream: null,
} as const;

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
  const { stateName, lanesLast, causal, attention } = findArchitecture(
    description.architecture,
    fileLabel(path),
  );
  const host =
    (options.beside && recallProcess(options.beside)) ??
    (await findProcess(options.gpu ?? 'auto', options, options.rpc));
  const { child, backend, models } = host;
  const session = ++models.opened;
  const ask = <M extends Method>(method: M, args: Methods[M]['args'], call?: CallOptions) =>
    child.call(method, args, call, session);
  models.open.add(session);
  const close = async () => {
    if (!models.open.delete(session)) return;
    if (models.open.size === 0) await child.end();
    else await ask('close', undefined);
  };
  try {
    const threads = options.threads ?? os.availableParallelism();
    const contextTokens = options.contextTokens ?? 512;
    const sequences = options.sequences ?? 1;
    const exact = options.exact ?? false;
    const trained = options.trained ?? false;
    const mapped =
      exact ||
      trained ||
      // ggml's products with matrices that are reordered for AMX read beyond them where sequences run side by side
      (sequences > 1 && hasRecurrentBlocks(header, description)) ||
      (options.mapped ?? options.beside?.mapped ?? exceedsMemory(header.fileBytes));
    const facts = await ask(
      'open',
      {
        path,
        stateName,
        attentionSumName: attention?.sumName ?? '',
        lanesLast,
        gpuLayers: backend === 'off' ? 0 : (options.gpuLayers ?? description.blocks.length + 1),
        threads,
        contextTokens,
        // tokens that see those after them cannot be run in pieces, nor can a window that is trained on
        batchTokens:
          causal && !trained
            ? Math.min(contextTokens, chooseBatchTokens(header, description))
            : contextTokens,
        sequences,
        sharedCells: options.sharedCells ?? true,
        exact,
        trained,
        mapped,
      },
      options,
    );
    const model: Model = {
      header,
      description,
      facts,
      backend,
      mapped,
      converted: false,
      exact,
      trained,
      threads,
      contextTokens,
      sequences,
      pid: child.pid,
      async tokenize(text, call) {
        const [tokens = new Int32Array()] = await ask('tokenize', [text], call);
        return tokens;
      },
      tokenizeAll: (texts, call) => ask('tokenize', texts, call),
      detokenize: (tokens, call) => ask('detokenize', tokens, call),
      runWindow: ({ bypass = [], bypassAttention = [], ...wanted }, call) =>
        ask(
          'runWindow',
          {
            ...windowDefaults,
            ...wanted,
            exact,
            bypass: Int32Array.from(bypass),
            bypassAttention: Int32Array.from(bypassAttention),
          },
          call,
        ),
      runSequences: (request, call) => ask('runSequences', request, call),
      generate: (request, call) => ask('generate', request, call),
      measureSpeed: ({ prompt, generate, sequences = 1, bypass = [], bypassAttention = [] }, call) =>
        ask(
          'measureSpeed',
          {
            prompt,
            generate,
            sequences,
            bypass: Int32Array.from(bypass),
            bypassAttention: Int32Array.from(bypassAttention),
          },
          call,
        ),
      sumMagnitudes: (place, call) => ask('sumMagnitudes', place, call),
      async runBlock(
        {
          bypassAttention = [],
          overridden = false,
          converted = false,
          bypassed = false,
          squares = false,
          fit = null,
          ...request
        },
        call,
      ) {
        const refusal = await ask(
          'runBlock',
          {
            ...request,
            overridden,
            converted,
            bypassed,
            squares,
            fit,
            bypassAttention: Int32Array.from(bypassAttention),
          },
          call,
        );
        return refusal === '' ? undefined : refusal;
      },
      sumPatch: (stream, wanted, block, call) => ask('sumPatch', { stream, wanted, block }, call),
      copyStream: (from, to, call) => ask('copyStream', { from, to }, call),
      forgetStreams: (call) => ask('forgetStreams', undefined, call),
      compareStreams: (a, b, call) => ask('compareStreams', { a, b }, call),
      clearSums: (call) => ask('clearSums', undefined, call),
      refit: (request, call) => ask('refit', request, call),
      overrideWeight: (weight, call) => ask('overrideWeight', weight, call),
      beginTraining: (request, call) => ask('beginTraining', request, call),
      trainWindow: (
        {
          bypass = [],
          bypassAttention = [],
          overridden = false,
          converted = false,
          hard = 0,
          stream = 0,
          ...request
        },
        call,
      ) =>
        ask(
          'trainWindow',
          {
            ...request,
            overridden,
            converted,
            hard,
            stream,
            bypass: Int32Array.from(bypass),
            bypassAttention: Int32Array.from(bypassAttention),
          },
          call,
        ),
      stepTraining: (step, call) => ask('stepTraining', step, call),
      readTrained: (call) => ask('readTrained', undefined, call),
      writeTrained: (state, call) => ask('writeTrained', state, call),
      mergeTrained: (request, call) => ask('mergeTrained', request, call),
      holdRounding: (request, call) => ask('holdRounding', request, call),
      measureMemory: (call) => ask('measureMemory', undefined, call),
      close,
      [Symbol.asyncDispose]: close,
    };
    rememberProcess(model, host);
    return model;
  } catch (error) {
    await close();
    throw explainLoadFailure(error, path);
  }
}

/** Graphs take as many tokens as their largest tensors allow: all states side by side, and the logits. */
function chooseBatchTokens(header: GgufHeader, description: ModelDescription): number {
  const { blocks, embeddingLength = 0, shared } = description;
  const embedding = shared.find(({ name }) => name === 'token_embd.weight');
  const vocabulary = embedding?.dimensions[1] ?? 0;
  const width = embeddingLength * countLanes(header, description);
  const bytesPerToken = 4 * Math.max((blocks.length + 1) * width, vocabulary, 1);
  const fitting = 2 ** Math.floor(Math.log2(graphBudget / bytesPerToken));
  return Math.min(longestGraph, Math.max(shortestGraph, fitting));
}

function explainLoadFailure(error: unknown, path: string): unknown {
  if (!(error instanceof PruneError) || error.code !== 'NATIVE_FAILED') return error;
  return new PruneError('NATIVE_FAILED', `${fileLabel(path)}: ${error.message}`, { cause: error });
}

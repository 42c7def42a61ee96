import { PruneError } from '../../errors.js';
import { fileLabel, readHeader } from '../../gguf/index.js';
import { openModel, type Model } from '../../native/index.js';
import { noteLargeModel } from '../memoryRoom.js';
import { openHashed, type HashedModel } from '../openHashed.js';
import { pickPlacement } from '../placement.js';
import { reportProgress } from '../start.js';
import type { EvalRequest } from './options.js';

/** The model and its original, in one process so that their distributions can be compared. */
export interface EvaluatedModels {
  readonly model: HashedModel;
  readonly original: HashedModel | undefined;
  close(): Promise<void>;
}

/** Sequences that run side by side when questions are asked and texts are written. */
const sequences = 64;

/** Tokens that questions may take, their examples included, if the model was trained on as many. */
const questionTokens = 2048;

/**
 * Opens what is to be evaluated.
 * @param contextTokens of the longest window
 * @throws PruneError as `openModel`; USAGE when the two do not have the same vocabulary
 */
export async function openModels(request: EvalRequest, contextTokens: number): Promise<EvaluatedModels> {
  const open: Model[] = [];
  const close = async () => {
    for (const model of open.splice(0).reverse()) await model.close();
  };
  const openNext = async (path: string) => {
    const hashed = await openOne(path, request, contextTokens, open[0]);
    open.push(hashed.model);
    return hashed;
  };
  try {
    const model = await openNext(request.model);
    const original = request.against === undefined ? undefined : await openNext(request.against);
    if (original !== undefined) checkComparable(model.model, original.model);
    return { model, original, close };
  } catch (error) {
    await close(); // a process that has a model open keeps this one alive
    throw error;
  }
}

async function openOne(
  path: string,
  request: EvalRequest,
  contextTokens: number,
  beside: Model | undefined,
): Promise<HashedModel> {
  const header = await readHeader(path);
  noteLargeModel(header, request);
  const open = (onProgress: (share: number) => void) =>
    openModel(path, {
      ...pickPlacement(request),
      exact: request.exact,
      beside,
      sequences,
      contextTokens: Math.max(contextTokens, questionTokens),
      onNote: (text) => request.onEvent?.({ kind: 'note', text }),
      onProgress,
    });
  return openHashed(header, open, {
    signal: request.signal,
    onHashed: reportProgress(request, 'hash'),
    onLoaded: reportProgress(request, 'load'),
  });
}

function checkComparable(model: Model, original: Model): void {
  if (model.facts.vocabulary === original.facts.vocabulary) return;
  throw new PruneError(
    'USAGE',
    `${fileLabel(model.header.path)} and ${fileLabel(original.header.path)} have vocabularies of ` +
      `${model.facts.vocabulary} and ${original.facts.vocabulary} tokens, so that they cannot be compared. ` +
      `--against must name the model that the other one was made from.`,
  );
}

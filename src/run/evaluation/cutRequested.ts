import { createHash } from 'node:crypto';
import { PruneError } from '../../errors.js';
import { cutText, textDefaults, type ScoredWindow } from '../../evaluate/index.js';
import { fileLabel } from '../../gguf/index.js';
import type { Model } from '../../native/index.js';
import { readCalibration } from '../../score/index.js';
import type { TextRequest } from './options.js';
import { findTextStart } from '../textStart.js';

/** Windows of the built-in text unless more are asked for; it has about 45 of 512 tokens. */
const builtInWindows = 16;

/** A text to measure on. */
export interface ReadText {
  readonly label: string;
  readonly text: string;
  /** Over its bytes. */
  readonly sha256: string;
}

/** Windows of a text, those that are to be measured. */
export interface RequestedWindows {
  readonly context: number;
  readonly windows: readonly ScoredWindow[];
  /** How many the text has. */
  readonly windowsOfText: number;
}

/** Reads the text of a request, or the built-in one. @throws PruneError USAGE for a file of token ids */
export async function readText(file: string | undefined): Promise<ReadText> {
  const read = await readCalibration(file);
  if (read.kind === 'text') {
    const { label, text } = read;
    return { label, text, sha256: createHash('sha256').update(text).digest('hex') };
  }
  throw new PruneError('USAGE', `${read.label} has token ids. A perplexity is measured on a text file.`);
}

/** Cuts a tokenised text as a request says. @throws PruneError USAGE, DATA */
export function cutRequested(
  model: Model,
  tokens: Int32Array,
  label: string,
  request: TextRequest,
): RequestedWindows {
  const context = chooseContext(model, request);
  const rule = { context, stride: request.stride, bos: findTextStart(model.facts) };
  const all = cutText(tokens, label, rule);
  const most = request.windows ?? (request.file === undefined ? builtInWindows : Infinity);
  return { context, windows: all.slice(0, most), windowsOfText: all.length };
}

function chooseContext(model: Model, { context }: TextRequest): number {
  const { trainedContext } = model.facts;
  const chosen = context ?? Math.min(textDefaults.context, trainedContext);
  if (Number.isInteger(chosen) && chosen >= 8 && chosen <= trainedContext) return chosen;
  throw new PruneError(
    'USAGE',
    `--context must be 8 to ${trainedContext} tokens, as many as ${fileLabel(model.header.path)} was trained on at ` +
      `once; not ${chosen}.`,
  );
}

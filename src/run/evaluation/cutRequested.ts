import { createHash } from 'node:crypto';
import { PruneError } from '../../errors.js';
import { cutText, textDefaults, type ScoredWindow } from '../../evaluate/index.js';
import { fileLabel, type GgufHeader } from '../../gguf/index.js';
import { describeModel } from '../../model/index.js';
import type { Model } from '../../native/index.js';
import { readTextFile } from '../../readTextFile.js';
import { readCalibration } from '../../score/index.js';
import type { TextRequest } from './options.js';
import { findTextStart } from '../textStart.js';

/** Windows of the built-in text unless more are asked for; it has about 45 of 512 tokens. */
const builtInWindows = 16;

/** Tokens of a window; half of it is scored. */
const leastContext = 8;

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

const wanted = 'A perplexity is measured on a text file.';

/**
 * Reads the text of a request, or the built-in one.
 * @throws PruneError FILE_NOT_FOUND, FILE_NOT_READABLE; DATA when it is not UTF-8 or blank; USAGE for a .json file, which
 *   would have token ids
 */
export async function readText(file: string | undefined): Promise<ReadText> {
  if (file?.toLowerCase().endsWith('.json')) {
    throw new PruneError('USAGE', `${fileLabel(file)} is a file of token ids by its name. ${wanted}`);
  }
  const { label, text } = file === undefined ? await readBuiltIn() : await readOwn(file);
  return { label, text, sha256: createHash('sha256').update(text).digest('hex') };
}

async function readOwn(file: string): Promise<Omit<ReadText, 'sha256'>> {
  const label = fileLabel(file);
  const text = await readTextFile(file, 'DATA', wanted);
  if (text.trim() === '') throw new PruneError('DATA', `The text ${label} is empty. ${wanted}`);
  return { label, text };
}

async function readBuiltIn(): Promise<Omit<ReadText, 'sha256'>> {
  const read = await readCalibration(undefined);
  if (read.kind !== 'text') throw new RangeError('the built-in text is no text');
  return read;
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

/**
 * Checks what a header tells of a context that was asked for: a model is loaded with room for it.
 * @throws PruneError USAGE
 */
export function checkContext(header: GgufHeader, context: number | undefined): void {
  const { contextLength = Infinity } = describeModel(header);
  if (context !== undefined && !isContext(context, contextLength))
    throw refuseContext(header, context, contextLength);
}

function chooseContext(model: Model, { context }: TextRequest): number {
  const { trainedContext } = model.facts;
  const chosen = context ?? Math.min(textDefaults.context, trainedContext);
  if (isContext(chosen, trainedContext)) return chosen;
  throw refuseContext(model.header, chosen, trainedContext);
}

function isContext(context: number, most: number): boolean {
  return Number.isInteger(context) && context >= leastContext && context <= most;
}

function refuseContext({ path }: GgufHeader, context: number, most: number): PruneError {
  const valid = Number.isFinite(most)
    ? `${leastContext} to ${most} tokens, as many as ${fileLabel(path)} was trained on at once`
    : `${leastContext} or more tokens`;
  return new PruneError('USAGE', `--context must be ${valid}; not ${context}.`);
}

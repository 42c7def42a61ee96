import { createHash } from 'node:crypto';
import { PruneError } from '../../errors.js';
import {
  compareWindow,
  cutText,
  judgePerplexity,
  summariseComparison,
  summariseLosses,
  textDefaults,
  type LossResult,
  type ScoredWindow,
  type WindowComparison,
  type WindowLosses,
} from '../../evaluate/index.js';
import { fileLabel } from '../../gguf/index.js';
import type { Model } from '../../native/index.js';
import type { LossReport, TextReport } from '../../report/index.js';
import { readCalibration } from '../../score/index.js';
import { openJournal } from '../journal.js';
import { reportProgress } from '../start.js';
import { describeConditions, type Evaluation } from './evaluation.js';
import type { TextRequest } from './options.js';
import { packWindow, unpackWindow, type PackedWindow } from './packWindow.js';

/** Windows of the built-in text unless more are asked for; it has about 45 of 512 tokens. */
const builtInWindows = 16;

/** Measures perplexity, and with an original the divergence from it, over a text. */
export async function evaluateText(evaluation: Evaluation, request: TextRequest): Promise<TextReport> {
  const { models, options } = evaluation;
  const { model } = models.model;
  const text = await readText(request.file);
  const tokens = await tokenizeSame(evaluation, text.text);
  const context = chooseContext(model, request);
  const { bos, addBos } = model.facts;
  const rule = { context, stride: request.stride, bos: addBos && bos !== null ? bos : undefined };
  const all = cutText(tokens, text.label, rule);
  const most = request.windows ?? (request.file === undefined ? builtInWindows : Infinity);
  const windows = all.slice(0, most);

  const sha256 = createHash('sha256').update(text.text).digest('hex');
  const journal = await openJournal<PackedWindow>(
    evaluation.folder,
    'text',
    { ...describeConditions(evaluation), text: sha256, context, stride: request.stride ?? null },
    options.fresh,
  );
  const report = reportProgress(options, 'text');
  const measured: WindowComparison[] = [];
  report(0, windows.length);
  try {
    for (const [index, window] of windows.entries()) {
      const kept = journal.get(String(index));
      const result = kept === undefined ? await measureWindow(evaluation, window) : unpackWindow(kept);
      if (kept === undefined) journal.add(String(index), packWindow(result));
      measured.push(result);
      report(measured.length, windows.length);
    }
  } finally {
    await journal.flush();
  }

  const compared = models.original === undefined ? undefined : summariseComparison(measured);
  const after = compared?.after ?? summariseLosses(measured.map((window) => window.after));
  return {
    source: text.label,
    sha256,
    rule: request.stride === undefined ? 'halves' : 'sliding',
    context,
    stride: request.stride ?? null,
    windows: windows.length,
    windowsOfText: all.length,
    tokens: after.tokens,
    before: compared === undefined ? null : describeLoss(compared.before),
    after: describeLoss(after),
    divergence: compared?.divergence ?? null,
    verdict:
      compared === undefined
        ? null
        : judgePerplexity(compared.before.perplexity, after.perplexity, model.facts.vocabulary),
  };
}

async function measureWindow(
  { models, options }: Evaluation,
  window: ScoredWindow,
): Promise<WindowComparison> {
  const { model, original } = models;
  if (original !== undefined) {
    return compareWindow({ model: original.model }, { model: model.model }, window, options.signal);
  }
  const after: WindowLosses = await model.model.runWindow({ ...window, losses: true }, options);
  return {
    before: { losses: new Float32Array(), predictions: new Int32Array() },
    after,
    divergences: new Float32Array(),
  };
}

async function readText(
  file: string | undefined,
): Promise<{ readonly label: string; readonly text: string }> {
  const read = await readCalibration(file);
  if (read.kind === 'text') return read;
  throw new PruneError('USAGE', `${read.label} has token ids. A perplexity is measured on a text file.`);
}

/** @throws PruneError USAGE when the two models make other tokens of the text */
async function tokenizeSame({ models, options }: Evaluation, text: string): Promise<Int32Array> {
  const tokens = await models.model.model.tokenize(text, options);
  const others = await models.original?.model.tokenize(text, options);
  if (others === undefined || Buffer.from(tokens.buffer).equals(Buffer.from(others.buffer))) return tokens;
  throw new PruneError(
    'USAGE',
    'The two models make other tokens of the same text, so that they cannot be compared. --against must name the ' +
      'model that the other one was made from.',
  );
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

function describeLoss({ perplexity, loss, lossError }: LossResult): LossReport {
  return { perplexity, loss, lossError };
}

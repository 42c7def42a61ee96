import { PruneError } from '../../errors.js';
import {
  compareWindow,
  judgePerplexity,
  summariseComparison,
  summariseLosses,
  type LossResult,
  type ScoredWindow,
  type WindowComparison,
  type WindowLosses,
} from '../../evaluate/index.js';
import type { LossReport, TextReport } from '../../report/index.js';
import { openJournal } from '../journal.js';
import { reportProgress } from '../start.js';
import { describeConditions, type Evaluation } from './evaluation.js';
import type { TextRequest } from './options.js';
import { cutRequested, type ReadText } from './cutRequested.js';
import { packWindow, unpackWindow, type PackedWindow } from './packWindow.js';

/** Measures perplexity, and with an original the divergence from it, over a text. */
export async function evaluateText(
  evaluation: Evaluation,
  request: TextRequest,
  text: ReadText,
): Promise<TextReport> {
  const { models, options } = evaluation;
  const { model } = models.model;
  const tokens = await tokenizeSame(evaluation, text.text);
  const { context, windows, windowsOfText } = cutRequested(model, tokens, text.label, request);
  const journal = await openJournal<PackedWindow>(
    evaluation.folder,
    'text',
    { ...describeConditions(evaluation), text: text.sha256, context, stride: request.stride ?? null },
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
    sha256: text.sha256,
    rule: request.stride === undefined ? 'halves' : 'sliding',
    context,
    stride: request.stride ?? null,
    windows: windows.length,
    windowsOfText,
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

export function describeLoss({ perplexity, loss, lossError }: LossResult): LossReport {
  return { perplexity, loss, lossError };
}

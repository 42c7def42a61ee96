import { createHash } from 'node:crypto';
import {
  chooseExcerpts,
  compareTexts,
  measureTexts,
  openDetector,
  readPrompts,
  summariseTexts,
  type GeneratedText,
  type GenerationComparison,
  type GenerationSummary,
  type Prompt,
} from '../../evaluate/index.js';
import { fileLabel } from '../../gguf/index.js';
import type { GenerationComparisonReport, GenerationFigures, GenerationReport } from '../../report/index.js';
import { openJournal } from '../journal.js';
import { reportProgress } from '../start.js';
import { tokenizeTexts } from '../textStart.js';
import { describeModelConditions, type Evaluation } from './evaluation.js';
import type { HashedModel } from './models.js';
import type { GenerationSelection } from './options.js';

/** Texts are sampled as llama.cpp's tools do unless told otherwise. */
const sampling = { temperature: 0.8, topK: 40, topP: 0.95, seed: 1 } as const;
const greedy = { temperature: 0, topK: 0, topP: 1, seed: 0 } as const;

const defaults = { tokens: 96, samples: 1 } as const;

/** Pairs of texts that are shown. */
const shownExcerpts = 3;

/** Texts that are written side by side. */
const sideBySide = 12;

interface Written {
  readonly tokens: readonly number[];
  readonly text: string;
  readonly ended: boolean;
}

/** Lets the model, and the original, write after each prompt, and measures what becomes of the texts. */
export async function evaluateGeneration(
  evaluation: Evaluation,
  selection: GenerationSelection,
): Promise<GenerationReport> {
  const { model, original } = evaluation.models;
  const prompts = await readPrompts(selection.prompts);
  const { tokens = defaults.tokens, samples = defaults.samples } = selection;
  const write = (one: HashedModel, who: string) =>
    writeTexts(evaluation, one, prompts, { tokens, samples }, who);
  const before = original === undefined ? undefined : await write(original, 'original');
  const after = await write(model, original === undefined ? '' : 'model');
  const detect = await openDetector();
  const measuredAfter = measureTexts(after, prompts, detect);
  const measuredBefore = before === undefined ? undefined : measureTexts(before, prompts, detect);
  const comparison = measuredBefore === undefined ? undefined : compareTexts(measuredBefore, measuredAfter);
  return {
    source: selection.prompts === undefined ? 'built-in prompts' : fileLabel(selection.prompts),
    prompts: prompts.length,
    tokens,
    texts: 1 + samples,
    before: measuredBefore === undefined ? null : describeSummary(summariseTexts(measuredBefore)),
    after: describeSummary(summariseTexts(measuredAfter)),
    comparison: comparison === undefined ? null : describeComparison(comparison),
    excerpts:
      comparison === undefined || before === undefined
        ? []
        : chooseExcerpts(comparison.texts, prompts, before, after, shownExcerpts),
    written: after.map(({ promptId, sample = 0, text }, i) => {
      const prompt = prompts.find(({ id }) => id === promptId);
      return {
        prompt: prompt?.text ?? promptId,
        kind: prompt?.kind ?? 'unknown',
        language: prompt?.language ?? null,
        sample,
        before: before?.[i]?.text ?? null,
        after: text,
      };
    }),
  };
}

async function writeTexts(
  evaluation: Evaluation,
  asked: HashedModel,
  prompts: readonly Prompt[],
  { tokens, samples }: { readonly tokens: number; readonly samples: number },
  who: string,
): Promise<readonly GeneratedText[]> {
  const { options, folder } = evaluation;
  const conditions = describeModelConditions(evaluation, asked);
  const journal = await openJournal<Written>(
    folder,
    'texts',
    { ...conditions, tokens, sampling },
    options.fresh,
  );
  const report = reportProgress(options, 'generate', who);
  const wanted = prompts.flatMap((prompt) =>
    Array.from({ length: 1 + samples }, (_, sample) => ({ prompt, sample, id: identify(prompt, sample) })),
  );
  const open = wanted.filter(({ id }) => journal.get(id) === undefined);
  let done = wanted.length - open.length;
  report(done, wanted.length);
  try {
    for (const group of groupTexts(open)) {
      const written = await writeGroup(asked, group, tokens, options.signal);
      group.forEach(({ id }, i) => {
        const text = written[i];
        if (text !== undefined) journal.add(id, text);
      });
      done += group.length;
      report(done, wanted.length);
    }
  } finally {
    await journal.flush();
  }
  return wanted.flatMap(({ prompt, sample, id }) => {
    const written = journal.get(id);
    return written === undefined ? [] : [{ promptId: prompt.id, sample, limit: tokens, ...written }];
  });
}

interface Wanted {
  readonly prompt: Prompt;
  readonly sample: number;
  readonly id: string;
}

function identify(prompt: Prompt, sample: number): string {
  return `${createHash('sha256').update(prompt.text).digest('hex').slice(0, 16)}/${sample}`;
}

/** Texts that are written in the same way, as many as run side by side. */
function groupTexts(wanted: readonly Wanted[]): readonly (readonly Wanted[])[] {
  const bySample = [...new Set(wanted.map(({ sample }) => sample))];
  return bySample.flatMap((sample) => {
    const same = wanted.filter((one) => one.sample === sample);
    return Array.from({ length: Math.ceil(same.length / sideBySide) }, (_, i) =>
      same.slice(i * sideBySide, (i + 1) * sideBySide),
    );
  });
}

async function writeGroup(
  { model }: HashedModel,
  group: readonly Wanted[],
  maxTokens: number,
  signal: AbortSignal | undefined,
): Promise<readonly Written[]> {
  const sample = group[0]?.sample ?? 0;
  const texts = group.map(({ prompt }) => prompt.text);
  const prompts = await tokenizeTexts(model, texts, signal);
  const way = sample === 0 ? greedy : { ...sampling, seed: sampling.seed + 1000 * sample };
  const written = await model.generate({ prompts, maxTokens, stop: [], ...way }, { signal });
  const done: Written[] = [];
  for (const { tokens, ended } of written) {
    done.push({ tokens: [...tokens], text: await model.detokenize(tokens, { signal }), ended });
  }
  return done;
}

/** The texts one by one are saved as they were written. */
function describeComparison(comparison: GenerationComparison): GenerationComparisonReport {
  const { pairs, means, counts, troubled, ended, byKind, byLanguage, verdict } = comparison;
  return { pairs, means, counts, troubled, ended, byKind, byLanguage, verdict };
}

function describeSummary({ texts, means, counts }: GenerationSummary): GenerationFigures {
  return { texts, ...means, ...counts };
}

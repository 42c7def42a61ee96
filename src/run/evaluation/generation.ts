import { createHash } from 'node:crypto';
import {
  chooseExcerpts,
  compareTexts,
  measureTexts,
  openDetector,
  summariseTexts,
  type GeneratedText,
  type GenerationComparison,
  type GenerationSummary,
  type Prompt,
} from '../../evaluate/index.js';
import { PruneError } from '../../errors.js';
import { fileLabel, formatCount, formatCounted, quoteName } from '../../gguf/index.js';
import type { GenerationComparisonReport, GenerationFigures, GenerationReport } from '../../report/index.js';
import { describeModelConditions } from '../conditions.js';
import { greedy } from '../greedy.js';
import { openJournal } from '../journal.js';
import { reportProgress } from '../start.js';
import { findLongest, tokenizeTexts } from '../textStart.js';
import type { Evaluation } from './evaluation.js';
import type { HashedModel } from '../openHashed.js';
import type { GenerationSelection } from './options.js';

/** Texts are sampled as llama.cpp's tools do unless told otherwise. */
const sampling = { temperature: 0.8, topK: 40, topP: 0.95, seed: 1 } as const;

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
  prompts: readonly Prompt[],
): Promise<GenerationReport> {
  const { model, original } = evaluation.models;
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
  const conditions = describeModelConditions(asked.model, asked.hash, options);
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
  const groups = groupTexts(wanted, await tokenizePrompts(asked, prompts, options.signal), {
    tokens,
    room: asked.model.contextTokens,
    longest: findLongest(asked.model),
    sequences: asked.model.sequences,
  });
  // what is sampled depends on the place in the group, so that a group is written whole
  const open = groups.filter((group) => group.some(({ id }) => journal.get(id) === undefined));
  let done = wanted.length - open.reduce((sum, { length }) => sum + length, 0);
  report(done, wanted.length);
  try {
    for (const group of open) {
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

/** The tokens of each prompt, by its id. */
async function tokenizePrompts(
  { model }: HashedModel,
  prompts: readonly Prompt[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Int32Array>> {
  const texts = prompts.map(({ text }) => text);
  const tokenized = await tokenizeTexts(model, texts, signal);
  return new Map(prompts.map(({ id }, i) => [id, tokenized[i] ?? new Int32Array()]));
}

/** A text to be written after the tokens of its prompt. */
interface Begun extends Wanted {
  readonly tokens: Int32Array;
}

/**
 * Texts that are written in the same way, as many as run side by side in the room.
 * @throws PruneError DATA when one does not fit by itself
 */
function groupTexts(
  wanted: readonly Wanted[],
  prompts: ReadonlyMap<string, Int32Array>,
  limit: {
    readonly tokens: number;
    readonly room: number;
    readonly longest: number;
    readonly sequences: number;
  },
): readonly (readonly Begun[])[] {
  const most = Math.min(sideBySide, limit.sequences);
  const bySample = [...new Set(wanted.map(({ sample }) => sample))];
  return bySample.flatMap((sample) => {
    const groups: Begun[][] = [];
    let taken = Infinity;
    for (const one of wanted.filter((other) => other.sample === sample)) {
      const tokens = prompts.get(one.prompt.id) ?? new Int32Array();
      const needed = tokens.length + limit.tokens;
      checkRoom(one.prompt, needed, limit.longest);
      if (taken + needed > limit.room || groups.at(-1)?.length === most) {
        groups.push([]);
        taken = 0;
      }
      groups.at(-1)?.push({ ...one, tokens });
      taken += needed;
    }
    return groups;
  });
}

function checkRoom({ id }: Prompt, needed: number, room: number): void {
  if (needed <= room) return;
  throw new PruneError(
    'DATA',
    `The prompt ${quoteName(id)} takes ${formatCounted(needed, 'token')} with what is written after it; ` +
      `${formatCount(room)} can be run at once. Use a shorter prompt or fewer --generated-tokens.`,
  );
}

async function writeGroup(
  { model }: HashedModel,
  group: readonly Begun[],
  maxTokens: number,
  signal: AbortSignal | undefined,
): Promise<readonly Written[]> {
  const sample = group[0]?.sample ?? 0;
  const prompts = group.map(({ tokens }) => tokens);
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

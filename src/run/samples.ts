import { readPrompts } from '../evaluate/index.js';
import type { Model } from '../native/index.js';
import { greedy } from './greedy.js';
import { reportProgress, type Run } from './start.js';
import { findLongest, tokenizeTexts } from './textStart.js';

/** Those of the built-in prompts that show soonest what became of a model: a fact, steps in order, a story. */
const shownPrompts: readonly string[] = ['question-rivers', 'instruction-bicycle', 'story-lighthouse'];

/** Tokens of a text, of which fewer than the least show nothing. */
const sampleTokens = 40;
const leastTokens = 8;

/** A prompt, and what the models wrote after it, in their order. */
export interface Sample {
  readonly prompt: string;
  readonly texts: readonly string[];
}

/**
 * What models write by themselves after a few prompts, of the most likely tokens.
 * @returns none for prompts that leave no room in the run's context
 */
export async function writeSamples(models: readonly Model[], run: Run): Promise<readonly Sample[]> {
  const { signal } = run.options;
  const prompts = (await readPrompts()).filter(({ id }) => shownPrompts.includes(id));
  const report = reportProgress(run.options, 'generate');
  report(0, prompts.length);
  const samples: Sample[] = [];
  for (const [index, { text }] of prompts.entries()) {
    const texts: string[] = [];
    for (const model of models) {
      const written = await write(model, text, signal);
      if (written !== undefined) texts.push(written);
    }
    if (texts.length === models.length) samples.push({ prompt: text, texts });
    report(index + 1, prompts.length);
  }
  return samples;
}

async function write(
  model: Model,
  text: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const [prompt = new Int32Array()] = await tokenizeTexts(model, [text], signal);
  const maxTokens = Math.min(sampleTokens, findLongest(model) - prompt.length);
  if (maxTokens < leastTokens) return undefined;
  const [written] = await model.generate({ prompts: [prompt], maxTokens, stop: [], ...greedy }, { signal });
  return written && model.detokenize(written.tokens, { signal });
}

import type { WrittenQuestion } from '../../evaluate/index.js';
import { PruneError } from '../../errors.js';
import type { Model } from '../../native/index.js';
import { greedy } from '../greedy.js';
import { findLongest, tokenizeTexts } from '../textStart.js';

/** Texts that are written side by side. */
const sideBySide = 16;

/**
 * Lets a model write the answers, always with the most likely token, several side by side; what their prompts begin with
 * in common is run once.
 * @throws PruneError DATA when a prompt does not fit
 */
export async function writeAnswers(
  model: Model,
  questions: readonly WrittenQuestion[],
  onWritten: (question: number, text: string) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const most = Math.min(sideBySide, model.sequences);
  for (let begin = 0; begin < questions.length; begin += most) {
    const group = questions.slice(begin, begin + most);
    const texts = group.map(({ prompt }) => prompt);
    const prompts = await tokenizeTexts(model, texts, signal);
    for (const [first, last] of splitToFit(prompts, group, model.contextTokens, findLongest(model))) {
      const [question] = group.slice(first, last);
      const written = await model.generate(
        {
          prompts: prompts.slice(first, last),
          maxTokens: Math.max(...group.slice(first, last).map(({ maxTokens }) => maxTokens)),
          stop: question?.stop ?? [],
          ...greedy,
        },
        { signal },
      );
      for (const [i, { tokens }] of written.entries()) {
        const wanted = tokens.slice(0, group[first + i]?.maxTokens);
        onWritten(begin + first + i, await model.detokenize(wanted, { signal }));
      }
    }
  }
}

/** Runs of questions that end at the same marks and fit the room together. */
function splitToFit(
  prompts: readonly Int32Array[],
  questions: readonly WrittenQuestion[],
  room: number,
  most: number,
): readonly (readonly [number, number])[] {
  const runs: [number, number][] = [];
  let first = 0;
  let taken = 0; // by the prompts
  let longest = 0; // each of a run may write as much as the longest answer takes
  prompts.forEach((prompt, i) => {
    const question = questions[i];
    const own = question?.maxTokens ?? 0;
    const needed = prompt.length + own;
    if (needed > most) {
      throw new PruneError(
        'DATA',
        `The question ${question?.id ?? ''} takes ${needed} tokens with its answer; ${most} can be run at once. Use fewer examples, or a smaller maxTokens.`,
      );
    }
    const hasSameStops = JSON.stringify(question?.stop) === JSON.stringify(questions[first]?.stop);
    const together = taken + prompt.length + (i - first + 1) * Math.max(longest, own);
    if (i > first && (together > room || !hasSameStops)) {
      runs.push([first, i]);
      first = i;
      taken = 0;
      longest = 0;
    }
    taken += prompt.length;
    longest = Math.max(longest, own);
  });
  if (prompts.length > first) runs.push([first, prompts.length]);
  return runs;
}

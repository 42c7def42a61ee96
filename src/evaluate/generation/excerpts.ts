import type { TextPair } from './pair.js';
import { isTroubled } from './summary.js';
import type { GeneratedText, Prompt, TextMeasures } from './types.js';

/** What both models wrote after one prompt. */
export interface TextExcerpt {
  readonly promptId: string;
  readonly sample: number;
  readonly prompt: string;
  readonly original: string;
  readonly pruned: string;
  /** What was found in the pruned model's text, in a few words; empty when nothing was. */
  readonly finding: string;
}

/**
 * Picks texts to be shown, those first in which the pruned model did worst against the original: so that what is shown
 * is never better than the rest.
 */
export function chooseExcerpts(
  pairs: readonly TextPair[],
  prompts: readonly Prompt[],
  original: readonly GeneratedText[],
  pruned: readonly GeneratedText[],
  count: number,
): readonly TextExcerpt[] {
  const findText = (texts: readonly GeneratedText[], { promptId, sample }: TextPair) =>
    texts.find((text) => text.promptId === promptId && (text.sample ?? 0) === sample)?.text ?? '';
  return [...pairs]
    .sort((a, b) => rankLoss(b) - rankLoss(a))
    .slice(0, count)
    .map((pair) => ({
      promptId: pair.promptId,
      sample: pair.sample,
      prompt: prompts.find(({ id }) => id === pair.promptId)?.text ?? '',
      original: findText(original, pair),
      pruned: findText(pruned, pair),
      finding: describeFinding(pair.pruned),
    }));
}

/** Higher where the pruned text has a sign that the original's lacks; between equals, where it repeats itself more. */
function rankLoss({ original, pruned }: TextPair): number {
  const rise = (pruned.repetition ?? 0) - (original.repetition ?? 0);
  return 2 * (Number(isTroubled(pruned)) - Number(isTroubled(original))) + rise;
}

function describeFinding({
  loop,
  drifted,
  detected,
  recognised,
  stoppedEarly,
  tokens,
}: TextMeasures): string {
  const language =
    drifted !== true
      ? ''
      : detected === null || detected === 'other'
        ? 'another language'
        : `language ${detected}`;
  return [
    loop === null ? '' : `loops from token ${loop.from + 1}`,
    language,
    recognised === false ? 'no recognisable language' : '',
    stoppedEarly ? `stopped after ${tokens} ${tokens === 1 ? 'token' : 'tokens'}` : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}

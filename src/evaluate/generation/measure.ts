import { PruneError } from '../../errors.js';
import { quoteName } from '../../gguf/index.js';
import type { DetectLanguage } from './detector.js';
import { judgeLanguage } from './language.js';
import { findLoop } from './loop.js';
import { measureDistinct, measureRepetition } from './ngrams.js';
import { measureForeignLetters } from './scripts.js';
import type { GeneratedText, Prompt, TextMeasures } from './types.js';

/** A text that its model ended with fewer tokens stopped early. */
export const earlyTokens = 8;

/** Measures one text that was written after a prompt. */
export function measureText(generated: GeneratedText, prompt: Prompt, detect: DetectLanguage): TextMeasures {
  const { tokens, text, ended, limit, sample = 0 } = generated;
  const { kind, language } = prompt;
  const isJudged = language !== null && kind !== 'code';
  return {
    promptId: prompt.id,
    sample,
    kind,
    language,
    tokens: tokens.length,
    ended,
    limit,
    repetition: measureRepetition(tokens),
    distinct1: measureDistinct(tokens, 1),
    distinct2: measureDistinct(tokens, 2),
    distinct3: measureDistinct(tokens, 3),
    loop: findLoop(tokens),
    ...(isJudged
      ? judgeLanguage(text, language, detect)
      : { detected: null, drifted: null, recognised: null }),
    foreignLetters: language === null ? null : measureForeignLetters(text, language),
    stoppedEarly: text.trim() === '' || (ended && tokens.length < earlyTokens),
  };
}

/**
 * Measures texts in their order.
 * @throws PruneError DATA when a text names a prompt that there is not
 */
export function measureTexts(
  texts: readonly GeneratedText[],
  prompts: readonly Prompt[],
  detect: DetectLanguage,
): readonly TextMeasures[] {
  const byId = new Map(prompts.map((prompt) => [prompt.id, prompt]));
  return texts.map((text) => {
    const prompt = byId.get(text.promptId);
    if (prompt === undefined) {
      throw new PruneError(
        'DATA',
        `A generated text belongs to the prompt ${quoteName(text.promptId)}, which is not among the prompts.`,
      );
    }
    return measureText(text, prompt, detect);
  });
}

import type { HealingWindows } from '../../heal/index.js';
import { countTokens, limitTokens } from '../../score/index.js';

/**
 * What is trained on: text that no repair was fitted to, of which there is more to be learnt, and as much of the other as
 * is missing to so many tokens.
 */
export function pickTrainingWindows(
  { fitting, others }: HealingWindows,
  tokens: number,
): readonly Int32Array[] {
  const missing = tokens - countTokens(others);
  return missing <= 0 ? limitTokens(others, tokens) : [...others, ...limitTokens(fitting, missing)];
}

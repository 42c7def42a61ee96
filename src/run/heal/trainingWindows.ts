import { formatCount } from '../../gguf/index.js';
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

/**
 * Says where training has to learn much from what repairs were fitted to, which leaves little to be learnt.
 * @param windows that are trained on
 * @returns undefined where most of it is new
 */
export function explainFewTokens(
  { label, others }: HealingWindows,
  windows: readonly Int32Array[],
): string | undefined {
  const [fresh, all] = [countTokens(others), countTokens(windows)];
  if (2 * fresh >= all) return undefined;
  return (
    `Of the ${formatCount(all)} tokens of ${label} that are trained on ${fresh === 0 ? 'all' : formatCount(all - fresh)} were ` +
    `fitted to already, and have less left to be learnt from: give --heal-text a longer text, or self:100000 for one that the ` +
    `model writes.`
  );
}

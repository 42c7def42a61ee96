import type { Loop } from './types.js';

/** What counts as a loop: periods up to `longestPeriod` tokens, gone through `turns` times, over `leastTokens` at least. */
export const loopLimits = { longestPeriod: 64, turns: 3, leastTokens: 24 } as const;

/**
 * Finds the cycle that a text ends in: its last tokens repeat with a period, so that each equals the one a period
 * before. The last turn may be cut short, as it is where a limit of tokens ended the text. Of several periods the
 * shortest is given.
 *
 * @returns null where the text ends in none
 */
export function findLoop(tokens: readonly number[]): Loop | null {
  const longest = Math.min(loopLimits.longestPeriod, Math.floor(tokens.length / loopLimits.turns));
  for (let period = 1; period <= longest; period++) {
    let from = tokens.length - period;
    while (from > 0 && tokens[from - 1] === tokens[from - 1 + period]) from--;
    const covered = tokens.length - from;
    if (covered >= Math.max(loopLimits.turns * period, loopLimits.leastTokens)) return { from, period };
  }
  return null;
}

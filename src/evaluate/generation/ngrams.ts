/**
 * Share of n-grams that occurred before in the same text: 1 − different ÷ all. With n = 4 this is seq-rep-4 of Welleck
 * et al. 2020, "Neural Text Generation with Unlikelihood Training" (arXiv:1908.04319).
 *
 * @returns 0 (none) to just below 1; null where there is no n-gram
 */
export function measureRepetition(tokens: readonly number[], n = 4): number | null {
  const distinct = measureDistinct(tokens, n);
  return distinct === null ? null : 1 - distinct;
}

/**
 * Different n-grams divided by all: distinct-n of Li et al. 2016, "A Diversity-Promoting Objective Function for Neural
 * Conversation Models" (arXiv:1510.03055), over the tokens of one text. Li et al. divide by the tokens; here it is by the
 * n-grams, as has become usual, so that a text without repetition has 1. It falls as a text gets longer.
 *
 * @returns just above 0 to 1 (no n-gram twice); null where there is no n-gram
 */
export function measureDistinct(tokens: readonly number[], n: number): number | null {
  const total = tokens.length - n + 1;
  if (total < 1) return null;
  const seen = new Set<string>();
  for (let i = 0; i < total; i++) seen.add(tokens.slice(i, i + n).join(' '));
  return seen.size / total;
}

import type { Model } from '../native/index.js';

/** The token that begins a text; undefined if the model wants none. */
export function findTextStart({ bos, addBos }: Model['facts']): number | undefined {
  return addBos && bos !== null ? bos : undefined;
}

/** The most tokens of one text: as many as can be run at once, and as the model was trained on at once. */
export function findLongest({ contextTokens, facts }: Model): number {
  return Math.min(contextTokens, facts.trainedContext);
}

/** Tokenises texts, each begun as the model wants texts to begin. */
export async function tokenizeTexts(
  model: Model,
  texts: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly Int32Array[]> {
  const start = findTextStart(model.facts);
  const tokenized = await model.tokenizeAll(texts, { signal });
  return start === undefined ? tokenized : tokenized.map((tokens) => Int32Array.from([start, ...tokens]));
}

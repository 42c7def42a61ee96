import { averageValues } from '../../evaluate/index.js';
import type { Model, TopTokens } from '../../native/index.js';
import { topTokens } from '../search/bypassJudge.js';
import type { Bypass } from '../bypass.js';
import type { StreamPair } from './streams.js';

/** The original's distributions on windows, which the pruned model's are compared with. */
export type References = ReadonlyMap<StreamPair, TopTokens>;

export async function makeReferences(
  model: Model,
  pairs: readonly StreamPair[],
  signal?: AbortSignal,
): Promise<References> {
  const references = new Map<StreamPair, TopTokens>();
  for (const pair of pairs) {
    const { top } = await model.runWindow({ tokens: pair.tokens, losses: true, topTokens }, { signal });
    if (top === null) throw new RangeError('no distribution was kept');
    references.set(pair, top);
  }
  return references;
}

/**
 * The mean divergence of the pruned model, healed as it is by then, from the original: in nats a token.
 * @param from the block that the pruned streams are at, below which nothing is run again; 0: from the beginning
 */
export async function measureDivergence(
  model: Model,
  references: References,
  bypass: Bypass,
  from: number,
  signal?: AbortSignal,
): Promise<number> {
  const found: Float32Array[] = [];
  for (const [{ tokens, pruned }, reference] of references) {
    const start = from === 0 ? {} : { firstBlock: from, stream: pruned };
    const { divergences } = await model.runWindow(
      { tokens, losses: true, ...bypass, reference, ...start },
      { signal },
    );
    found.push(divergences);
  }
  return averageValues(found).mean;
}

import { cutText } from '../../dist/index.js';
import { compareSeveral, summariseComparison } from '../../dist/evaluate/index.js';

/** Sets candidates beside the whole model on windows of 512 tokens spread over a text, half of each scored. */
export async function compareCandidates(original, candidates, { text, windows }) {
  const { bos, addBos } = original.facts;
  const tokens = await original.tokenize(text);
  const cut = cutText(tokens, 'text', { context: 512, bos: addBos && bos !== null ? bos : undefined });
  const compared = candidates.map(() => []);
  for (let i = 0; i < Math.min(windows, cut.length); i++) {
    const window = cut[Math.floor((i * cut.length) / Math.min(windows, cut.length))];
    const results = await compareSeveral({ model: original }, candidates, window);
    results.forEach((result, c) => compared[c].push(result));
  }
  return compared.map(summariseComparison);
}

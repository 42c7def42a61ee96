import { openModel, scoreBlocks } from '../../dist/index.js';
import { listOrders } from './orders.mjs';
import { compareCandidates } from './windows.mjs';

/** Shares of the blocks that are dropped. */
const shares = [0.03, 0.06, 0.1, 0.14, 0.17, 0.2, 0.27, 0.34, 0.42, 0.5];

/** Perplexity and divergence by the number of dropped blocks, for each order to drop them in. */
export async function measureDamage(file, { text, windows }) {
  const model = await openModel(file, { contextTokens: 512 });
  try {
    const blocks = model.description.blocks.length;
    const counts = [...new Set(shares.map((share) => Math.max(1, Math.round(share * blocks))))];
    const scores = await scoreBlocks(model);
    const candidates = listOrders(model, scores).flatMap(({ name, choices }) =>
      counts.flatMap((count) => choices.map((choose) => ({ order: name, count, dropped: choose(count) }))),
    );
    const compared = await compareCandidates(
      model,
      candidates.map(({ dropped }) => ({ model, bypass: dropped })),
      { text, windows },
    );
    return {
      blocks,
      points: candidates.map(({ order, count, dropped }, i) => {
        const { before, after, divergence } = compared[i];
        return {
          order,
          count,
          dropped,
          perplexity: after.perplexity,
          whole: before.perplexity,
          logRatio: divergence.logRatio,
          kl: divergence.mean,
        };
      }),
    };
  } finally {
    await model.close();
  }
}

/** What the plots, the tables and the claims read from the figures: one row a point. */
import { mean, percent } from './tables.mjs';

/** Random orders together: the mean of their losses. */
export function readDamage(figures) {
  return Object.entries(figures).flatMap(([model, { blocks, points }]) => {
    const groups = groupBy(points, keyOf);
    return [...groups.values()].map((group) => ({
      model,
      blocks,
      order: group[0].order,
      count: group[0].count,
      ratio: Math.exp(mean(group.map(({ logRatio }) => logRatio))),
      kl: mean(group.map(({ kl }) => kl)),
    }));
  });
}

const keyOf = ({ order, count }) => `${order} ${count}`;

function groupBy(values, key) {
  const groups = new Map();
  for (const value of values) groups.set(key(value), [...(groups.get(key(value)) ?? []), value]);
  return groups;
}

/** With the sum of what the same drop and the same quantisation do alone. */
export function readMixtures(figures) {
  return Object.entries(figures).flatMap(([model, { points }]) => {
    const find = (type, share) => points.find((point) => point.type === type && point.share === share);
    const given = points[0].type;
    return points.map((point) => ({
      ...point,
      model,
      share: percent(point.share),
      sum: find(given, point.share).logRatio + find(point.type, 0).logRatio,
    }));
  });
}

export function readLatency(figures) {
  return Object.entries(figures).flatMap(([model, { drops }]) =>
    drops.flatMap(({ ratio, dropped, speed: { before, after } }) =>
      ['prompt', 'generation'].flatMap((work) =>
        after.batches.map((batch, b) => ({
          model,
          share: percent(ratio),
          count: dropped.length,
          work,
          texts: batch.texts,
          before: before.batches[b][work].median,
          after: batch[work].median,
          speedUp: batch[work].median / before.batches[b][work].median,
          bytesRatio: before.bytes / after.bytes,
          memoryRatio: after.peakMemory / before.peakMemory,
        })),
      ),
    ),
  );
}

/** Accuracy above guessing, and texts free of trouble, as shares of the whole model's. */
export function readCollapse(figures) {
  return Object.entries(figures).flatMap(([model, { steps }]) =>
    steps.flatMap((step) => {
      const count = step.dropped.length;
      const { pairs, troubled, whole } = countTroubled(step, steps);
      const accuracy = {
        model,
        count,
        what: 'accuracy above guessing',
        left: aboveChance(step) / aboveChance(steps[0]),
      };
      const texts = {
        model,
        count,
        what: 'texts free of trouble',
        left: (pairs - troubled) / (pairs - whole),
      };
      return step.tasks.length === 0 ? [texts] : [accuracy, texts];
    }),
  );
}

/** Texts in trouble, of the model and of the whole one, which all steps but the first are compared with. */
export function countTroubled({ troubled }, steps) {
  const { pairs, original } = steps[1].troubled;
  return { pairs, whole: original, troubled: troubled?.pruned ?? original };
}

const aboveChance = ({ tasks }) => mean(tasks.map(({ value, chance }) => value - chance));

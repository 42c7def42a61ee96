import { chooseBlocks } from '../../dist/index.js';

/** Seeds of the random orders, of which the mean is shown. */
const seeds = [1, 2, 3];

/** Orders to drop blocks in, each as how to choose `count` blocks: ShortGPT's comparison, section 4.4. */
export function listOrders(model, scores) {
  const byMetric = (metric) => (count) => chooseBlocks(model, scores, { blocks: count, metric });
  const blocks = model.description.blocks.length;
  return [
    { name: 'block influence', choices: [byMetric('block-influence')] },
    { name: 'relative magnitude', choices: [byMetric('relative-magnitude')] },
    { name: 'sequential', choices: [byMetric('sequential')] },
    { name: 'reverse', choices: [byMetric('reverse')] },
    {
      name: 'random',
      choices: seeds.map((seed) => {
        const order = shuffle(blocks, seed);
        return (count) => order.slice(0, count).sort((a, b) => a - b);
      }),
    },
  ];
}

/** Fisher and Yates' shuffle, by a generator with a seed (mulberry32). */
function shuffle(length, seed) {
  let state = seed;
  const draw = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const order = Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = Math.floor(draw() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

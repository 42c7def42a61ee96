import { readCollapse, readDamage, readLatency, readMixtures } from './readings.mjs';
import { formatRatio, mean, percent, renderTable } from './tables.mjs';

/** Shares of the blocks at which the orders are held against each other. */
const judgedShares = [0.1, 0.25];

/** What the papers say, and how it is judged: by model, the figure and whether each comparison in it agrees. */
const claims = [
  {
    part: 'damage',
    claim: 'Block influence chooses better than orders that do not look at the model',
    source: 'ShortGPT, 4.4',
    judge: (figures, model) =>
      holdAgainst(figures, model, 'block influence', ['sequential', 'reverse', 'random']),
  },
  {
    part: 'damage',
    claim: 'Block influence chooses better than relative magnitude',
    source: 'ShortGPT, 4.4',
    judge: (figures, model) => holdAgainst(figures, model, 'block influence', ['relative magnitude']),
  },
  {
    part: 'damage',
    claim: 'Late blocks matter less than early ones',
    source: 'ShortGPT; Gromov et al.',
    judge: (figures, model) => holdAgainst(figures, model, 'reverse', ['sequential']),
  },
  {
    part: 'quantisation',
    claim: 'Pruning and quantising are orthogonal: together they cost the sum of both (to a tenth)',
    source: 'ShortGPT',
    judge: (figures, model) =>
      readMixtures(figures)
        .filter((row) => row.model === model && row.share !== '0 %' && row.type !== 'as given')
        .map(({ type, share, logRatio, sum }) => ({
          figure: `${type} − ${share}: ${logRatio.toFixed(2)} for ${sum.toFixed(2)}`,
          agrees: Math.abs(logRatio - sum) <= 0.1 * sum,
        })),
  },
  {
    part: 'latency',
    claim: 'Fewer blocks are faster in step with the bytes saved (to a tenth), for single texts and for many',
    source: 'Shortened LLaMA',
    judge: (figures, model) => {
      const rows = readLatency(figures).filter((row) => row.model === model);
      return [...new Set(rows.map(({ share }) => share))].map((share) => {
        const own = rows.filter((row) => row.share === share);
        const speedUps = own.map(({ speedUp }) => speedUp);
        const [lowest, highest] = [Math.min(...speedUps), Math.max(...speedUps)];
        return {
          figure: `− ${share}: ${lowest.toFixed(2)} to ${highest.toFixed(2)} times, bytes ${own[0].bytesRatio.toFixed(2)}`,
          agrees: lowest >= 0.9 * own[0].bytesRatio,
        };
      });
    },
  },
  {
    part: 'collapse',
    claim: 'Multiple-choice accuracy outlives generation',
    source: 'what users say',
    judge: (figures, model) => {
      const rows = readCollapse(figures).filter((row) => row.model === model && row.count > 0);
      const counts = [...new Set(rows.map(({ count }) => count))];
      return counts.flatMap((count) => {
        const find = (what) => rows.find((row) => row.count === count && row.what === what)?.left;
        const [answers, texts] = [find('accuracy above guessing'), find('texts free of trouble')];
        if (answers === undefined) return [];
        return [
          { figure: `− ${count}: ${percent(answers)} and ${percent(texts)} left`, agrees: answers > texts },
        ];
      });
    },
  },
];

/** Perplexities whose logarithms differ by less are the same. */
const sameRatio = 0.01;

/** The orders at each judged share, the claimed better one first. */
function holdAgainst(figures, model, better, others) {
  const rows = readDamage(figures).filter((row) => row.model === model);
  const counts = [...new Set(rows.map(({ count }) => count))];
  return judgedShares.map((share) => {
    const wanted = share * rows[0].blocks;
    const count = counts.reduce((best, one) =>
      Math.abs(one - wanted) < Math.abs(best - wanted) ? one : best,
    );
    const find = (order) => rows.find((row) => row.order === order && row.count === count).ratio;
    return {
      figure: `− ${count}: ${formatRatio(find(better))}; ${others.map((order) => `${order} ${formatRatio(find(order))}`).join(', ')}`,
      agrees: others.every((order) => find(better) < find(order)),
      ties: others.every((order) => Math.abs(Math.log(find(better) / find(order))) < sameRatio),
    };
  });
}

function giveVerdict(judged) {
  if (judged.every(({ ties }) => ties === true)) return '**no difference**';
  const agreeing = mean(judged.map(({ agrees }) => (agrees ? 1 : 0)));
  return agreeing === 1 ? 'agrees' : agreeing === 0 ? '**does not**' : '**in part**';
}

/** One line a claim and model. */
export function checkClaims(figures) {
  const rows = claims.flatMap(({ part, claim, source, judge }) =>
    Object.keys(figures[part] ?? {}).map((model) => {
      const judged = judge(figures[part], model);
      return [
        `${claim} (${source})`,
        model,
        judged.map(({ figure }) => figure).join('; '),
        giveVerdict(judged),
      ];
    }),
  );
  return renderTable(['claim', 'model', 'measured here', ''], rows, 4);
}

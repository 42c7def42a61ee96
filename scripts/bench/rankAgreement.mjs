import path from 'node:path';
import { metricNames, metrics, openModel, scoreBlocks } from '../../dist/index.js';

/** Spearman's rank correlation; ties share their mean rank. */
function correlateRanks(a, b) {
  const rank = (values) => {
    const order = values.map((_, i) => i).sort((i, j) => values[i] - values[j]);
    const ranks = new Array(values.length);
    for (let start = 0; start < order.length;) {
      let end = start;
      while (end + 1 < order.length && values[order[end + 1]] === values[order[start]]) end++;
      for (let k = start; k <= end; k++) ranks[order[k]] = (start + end) / 2;
      start = end + 1;
    }
    return ranks;
  };
  const [x, y] = [rank(a), rank(b)];
  const mean = (x.length - 1) / 2;
  const sum = (f) => x.reduce((total, _, i) => total + f(i), 0);
  return (
    sum((i) => (x[i] - mean) * (y[i] - mean)) /
    Math.sqrt(sum((i) => (x[i] - mean) ** 2) * sum((i) => (y[i] - mean) ** 2))
  );
}

const lowest = (scores, count) =>
  scores
    .map((score, block) => ({ score, block }))
    .sort((a, b) => a.score - b.score)
    .slice(0, count)
    .map(({ block }) => block);

/** Of a single pass, and of each block by itself. */
const isOwnScore = (name) => metrics[name].needs === 'pass' && !metrics[name].isRun;

/** How well the ranking of blocks on the built-in text agrees with that on another text. */
export async function measureRankAgreement(models, text) {
  const rows = [];
  for (const file of models) {
    const model = await openModel(file, { gpu: 'off' });
    const builtIn = await scoreBlocks(model);
    const other = await scoreBlocks(model, { calibration: text, windows: 32 });
    for (const name of metricNames.filter(isOwnScore)) {
      const [a, b] = [builtIn, other].map(
        (scores) => metrics[name].rank(scores.blocks, { pass: scores }).scores,
      );
      const quarter = Math.round(0.25 * builtIn.blocks);
      const shared = lowest(a, quarter).filter((block) => lowest(b, quarter).includes(block));
      rows.push([
        path.basename(file),
        name,
        correlateRanks(a, b).toFixed(3),
        `${shared.length} of ${quarter}`,
      ]);
    }
    await model.close();
  }
  return {
    title: `Ranking of blocks on the built-in text (16 windows) against ${path.basename(text)} (32 windows spread over it):`,
    head: ['model', 'metric', 'rank correlation (Spearman)', 'same blocks in the lowest quarter'],
    rows,
  };
}

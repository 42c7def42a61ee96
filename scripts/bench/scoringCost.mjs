import path from 'node:path';
import { openModel } from '../../dist/index.js';
import { readCalibration } from '../../dist/score/index.js';
import { prepareWindows } from '../../dist/run/start.js';
import { compareRounds } from './processes.mjs';

/**
 * Scoring (Gram matrices of all states) beside a plain forward pass over the same windows, neither with the output
 * head; window by window in turns, so that a change of the machine's speed hits both.
 */
export async function measureScoringCost(models, rounds) {
  const rows = [];
  for (const file of models) {
    const model = await openModel(file, { gpu: 'off' });
    const { scoring } = await prepareWindows(model, await readCalibration(undefined), {});
    const windows = scoring.slice(0, 4);
    const seconds = { plain: [], gram: [] };
    for (let round = 0; round <= rounds; round++) {
      const sums = { plain: 0, gram: 0 };
      for (const [i, tokens] of windows.entries()) {
        // a change of request builds another graph; the first window after it pays for that and does not count
        for (const kind of (round + i) % 2 === 0 ? ['plain', 'gram'] : ['gram', 'plain']) {
          await model.runWindow({ tokens: tokens.subarray(0, tokens.length), gram: kind === 'gram' });
          const start = performance.now();
          await model.runWindow({ tokens, gram: kind === 'gram' });
          sums[kind] += (performance.now() - start) / 1000;
        }
      }
      if (round === 0) continue;
      for (const kind of ['plain', 'gram']) seconds[kind].push(sums[kind]);
    }
    await model.close();
    const { median, least, most } = compareRounds(seconds.gram, seconds.plain);
    rows.push([path.basename(file), median.toFixed(3), `${least.toFixed(3)} to ${most.toFixed(3)}`, '1.03']);
  }
  return {
    title: `Scoring against a plain forward pass over the same windows, both without the output head (${rounds} rounds of 4 windows of 512 tokens, in turns):`,
    head: ['model', 'time, ratio', 'range', 'aim, at most'],
    rows,
  };
}

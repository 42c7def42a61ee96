import path from 'node:path';
import { openModel } from '../../dist/index.js';
import { topTokens } from '../../dist/run/search/bypassJudge.js';
import { prepareWindows } from '../../dist/run/start.js';
import { readCalibration } from '../../dist/score/index.js';
import { median } from './processes.mjs';

/** What it costs to leave out each block once, from the first difference on, in whole passes. */
export async function measureSinglesCost(models, rounds) {
  const rows = [];
  for (const file of models) {
    const model = await openModel(file, { gpu: 'off' });
    const { scoring } = await prepareWindows(model, await readCalibration(undefined), { windows: rounds });
    const blocks = model.description.trunk;
    const time = async (request) => {
      const started = performance.now();
      const result = await model.runWindow({ losses: true, ...request });
      return { result, seconds: (performance.now() - started) / 1000 };
    };
    const ratios = [];
    for (const tokens of scoring) {
      const whole = await time({ tokens, topTokens, keepInputs: true, slot: 0 });
      const reference = whole.result.top;
      let all = 0;
      let single = whole.seconds;
      for (let block = 0; block < blocks; block++) {
        // in turns, so that a machine that slows down slows both
        all += (await time({ tokens, reference, bypass: [block] })).seconds;
        single += (await time({ tokens, reference, bypass: [block], firstBlock: block, slot: 0 })).seconds;
      }
      ratios.push(single / all);
    }
    const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
    rows.push([
      path.basename(file),
      String(blocks),
      median(ratios).toFixed(3),
      `${least.toFixed(3)} to ${most.toFixed(3)}`,
    ]);
    await model.close();
  }
  return {
    title:
      `Leaving out each block once, with the pass over the whole model that keeps the inputs of blocks, against as many passes ` +
      `from the first block on (${rounds} windows of 512 tokens, all scored, in turns):`,
    head: ['model', 'blocks', 'median ratio', 'least to most'],
    rows,
  };
}

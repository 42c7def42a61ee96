// How much smaller divergences come out when only the most likely tokens of the whole model are kept apart.
//   node scripts/search/lumpedError.mjs [--windows 2] [--write]
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openModel } from '../../dist/index.js';
import { prepareWindows } from '../../dist/run/start.js';
import { readCalibration } from '../../dist/score/index.js';
import { replaceSection } from '../bench/replaceSection.mjs';
import { renderTable } from '../reproduce/tables.mjs';
import { bringSampleModels } from '../sample-models.mjs';

const { values: options } = parseArgs({
  options: {
    windows: { type: 'string', default: '2' },
    threads: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});

const kept = [128, 512, 2048];
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
/** Sets of one to about a third of the blocks, spread over the middle. */
const listSets = (blocks) =>
  [1, 1, 1, 2, 3, Math.round(blocks / 5), Math.round(blocks / 3)].map((size, i) => {
    const start = Math.round(blocks * (0.3 + 0.08 * i));
    return Array.from({ length: size }, (_, k) => start + k).filter((block) => block < blocks - 1);
  });

const rows = [];
for (const file of await bringSampleModels()) {
  const threads = options.threads === undefined ? undefined : Number(options.threads);
  const model = await openModel(file, { gpu: 'off', threads });
  const windows = Number(options.windows);
  const { scoring } = await prepareWindows(model, await readCalibration(undefined), { windows });
  const sets = listSets(model.description.trunk);
  const whole = sets.map(() => []);
  const lumped = kept.map(() => sets.map(() => []));
  for (const tokens of scoring) {
    const top = [];
    for (const topTokens of kept) top.push((await model.runWindow({ tokens, losses: true, topTokens })).top);
    for (const [i, bypass] of sets.entries()) {
      await model.runWindow({ tokens, losses: true, distribution: 'keep' });
      const all = await model.runWindow({ tokens, losses: true, bypass, distribution: 'compare' });
      whole[i].push(mean(all.divergences));
      for (const [k, reference] of top.entries()) {
        lumped[k][i].push(
          mean((await model.runWindow({ tokens, losses: true, bypass, reference })).divergences),
        );
      }
    }
  }
  for (const [k, count] of kept.entries()) {
    const missing = sets.map((_, i) => 1 - mean(lumped[k][i]) / mean(whole[i]));
    const percent = (share) => `${(100 * share).toFixed(1)} %`;
    rows.push([
      path.basename(file),
      String(count),
      percent(mean(missing)),
      `${percent(Math.min(...missing))} to ${percent(Math.max(...missing))}`,
    ]);
  }
  console.error(
    path.basename(file),
    sets.map((set, i) => `${set.join(' ')}: ${mean(whole[i]).toFixed(3)}`),
  );
  await model.close();
}
const table = renderTable(['model', 'tokens kept apart', 'too small by, mean', 'least to most'], rows);
console.log(table);
if (options.write) replaceSection('search.md', 'lumped', table);

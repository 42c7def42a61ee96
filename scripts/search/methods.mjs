import { openModel } from '../../dist/index.js';
import { createBypassJudge } from '../../dist/run/search/bypassJudge.js';
import { describeProblem } from '../../dist/run/search/problem.js';
import { prepareWindows } from '../../dist/run/start.js';
import { findMetric, readCalibration, scoreWindows } from '../../dist/score/index.js';
import { measureSingles, searches } from '../../dist/select/index.js';
import { chooseDroppable } from '../../dist/run/choose.js';

/** What is measured, in memory alone: each way pays for all it asks. */
function openMemory(records = new Map()) {
  return {
    found: 0,
    records,
    get: (id) => records.get(id),
    add: (id, value) => records.set(id, value),
    flush: () => Promise.resolve(),
  };
}

/** Opens a model and cuts its calibration for one way to choose. */
export async function withProblem(file, windows, work) {
  const model = await openModel(file, { contextTokens: 512 });
  try {
    const { scoring } = await prepareWindows(model, await readCalibration(undefined), { windows });
    return await work({ model, windows: scoring, blocks: model.description.trunk });
  } finally {
    await model.close();
  }
}

const judgeBy = ({ model, windows }, measure, journal = openMemory()) => ({
  journal,
  ...createBypassJudge(model, windows, { measure, journal, slots: windows.length }),
});

/** A single pass over the windows, and the blocks of the lowest scores. */
function byMetric(name) {
  return async ({ model, windows, blocks }, counts) => {
    const ranking = findMetric(name).rank(blocks, { pass: await scoreWindows(model, windows) });
    return counts.map((count) => ({
      dropped: chooseDroppable(model, ranking, count),
      blocks: windows.length * blocks,
    }));
  };
}

function byOneShot(measure) {
  return async (problem, counts) => {
    const judge = judgeBy(problem, measure);
    const singles = await measureSingles(judge, problem.blocks);
    const ranking = findMetric(measure).rank(problem.blocks, { [measure]: singles });
    return counts.map((count) => ({
      dropped: chooseDroppable(problem.model, ranking, count),
      blocks: judge.cost().blocks,
    }));
  };
}

/** A search that grows; what is mended is paid for beside the growth up to that size. */
function byGrowth(name, measure) {
  return async (problem, counts) => {
    const judge = judgeBy(problem, measure);
    const search = searches[name];
    const allowed = describeProblem(problem.model, undefined);
    const found = [];
    for await (const step of search.find(judge, allowed, { seed: 1, start: undefined })) {
      const count = step.dropped.length;
      if (counts.includes(count)) {
        const grown = judge.cost().blocks;
        const copy = judgeBy(problem, measure, openMemory(new Map(judge.journal.records)));
        const mended = search.mend === undefined ? step : await search.mend(copy, allowed, step);
        found.push({ dropped: mended.dropped, blocks: grown + copy.cost().blocks });
      }
      if (count >= Math.max(...counts)) break;
    }
    return found;
  };
}

function byEvolution(measure, seed) {
  return async (problem, counts) => {
    const pass = await scoreWindows(problem.model, problem.windows);
    const ranking = findMetric('block-influence').rank(problem.blocks, { pass });
    const found = [];
    for (const count of counts) {
      const judge = judgeBy(problem, measure);
      const settings = { seed, start: chooseDroppable(problem.model, ranking, count) };
      const allowed = describeProblem(problem.model, count);
      for await (const { dropped } of searches.evolutionary.find(judge, allowed, settings)) {
        found.push({ dropped, blocks: judge.cost().blocks });
      }
    }
    return found;
  };
}

/** Ways to choose blocks, by what the table calls them. */
export const methods = {
  'block influence': byMetric('block-influence'),
  'relative magnitude': byMetric('relative-magnitude'),
  'best span': byMetric('best-span'),
  'one-shot perplexity': byOneShot('perplexity'),
  'one-shot KL': byOneShot('kl'),
  'greedy perplexity': byGrowth('greedy', 'perplexity'),
  'greedy KL': byGrowth('greedy', 'kl'),
  'evolutionary KL': byEvolution('kl', 1),
  auto: byGrowth('auto', 'kl'),
};

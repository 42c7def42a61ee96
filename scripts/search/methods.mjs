import { openModel } from '../../dist/index.js';
import { createBypassJudge } from '../../dist/run/search/bypassJudge.js';
import { describeProblem } from '../../dist/run/search/problem.js';
import { proposeByScores } from '../../dist/run/search/propose.js';
import { wholeBlocks } from '../../dist/run/search/units.js';
import { prepareWindows } from '../../dist/run/start.js';
import { defaultMetric, findMetric, readCalibration, scoreWindows } from '../../dist/score/index.js';
import { evolveSet, searches } from '../../dist/select/index.js';
import { chooseDroppable } from '../../dist/run/choose.js';
import { withKnown } from './knownDamage.mjs';

/** What is measured, in memory alone: each way pays for all it asks. */
function openMemory() {
  const records = new Map();
  return {
    get: (id) => records.get(id),
    add: (id, value) => records.set(id, value),
    flush: () => Promise.resolve(),
  };
}

/** Opens a model and cuts its calibration for ways to choose. What is known is not run again, but counted. */
export async function withProblem(file, { windows, threads, known }, work) {
  const model = await openModel(file, { contextTokens: 512, threads });
  try {
    const { scoring } = await prepareWindows(model, await readCalibration(undefined), { windows });
    return await work({
      model: withKnown(model, known),
      windows: scoring,
      blocks: model.description.trunk,
    });
  } finally {
    await model.close();
  }
}

function judgeBy({ model, windows, blocks }, measure) {
  const units = wholeBlocks(blocks);
  const judging = createBypassJudge(model, windows, { journal: openMemory(), units, slots: windows.length });
  return { ...judging, ...judging.judgeBy(measure) };
}

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
    const singles = Array.from({ length: problem.blocks }, (_, block) => ({ set: [block], base: [] }));
    const damages = await judge.measureWindows(singles, judge.windows);
    const ranking = findMetric(measure).rank(problem.blocks, { [measure]: damages });
    return counts.map((count) => ({
      dropped: chooseDroppable(problem.model, ranking, count),
      blocks: judge.cost().blocks,
    }));
  };
}

/** A search that grows; what is mended is paid for beside the growth up to that size alone. */
function byGrowth(name, measure) {
  return async (problem, counts) => {
    const judge = judgeBy(problem, measure);
    const search = searches[name];
    const pass = search.mend && (await scoreWindows(judge.states, problem.windows));
    const ranking = pass && findMetric(defaultMetric).rank(problem.blocks, { pass });
    const allowed = {
      ...describeProblem(problem.model, undefined),
      propose: pass && proposeByScores(problem.model, ranking, pass),
    };
    const found = [];
    let mending = 0;
    for await (const step of search.find(judge, allowed, { seed: 1, start: undefined })) {
      const count = step.dropped.length;
      if (counts.includes(count)) {
        const grown = judge.cost().blocks - mending;
        const mended = search.mend === undefined ? step : await search.mend(judge, allowed, step);
        const blocks = judge.cost().blocks - mending;
        mending += blocks - grown;
        found.push({ dropped: mended.dropped, blocks });
      }
      if (count >= Math.max(...counts)) break;
    }
    return found;
  };
}

/** EvoPress drops blocks in generations of 32, on 2,048 and 32,768 tokens; about a fifth of that. */
const evolution = {
  generations: 10,
  offspring: 8,
  rungs: [
    { windows: 1, keep: 3 },
    { windows: 3, keep: 2 },
    { windows: Infinity, keep: 1 },
  ],
};

function byEvolution(measure, seed) {
  return async (problem, counts) => {
    const pass = await scoreWindows(problem.model, problem.windows);
    const ranking = findMetric('block-influence').rank(problem.blocks, { pass });
    const found = [];
    for (const count of counts) {
      const judge = judgeBy(problem, measure);
      const allowed = describeProblem(problem.model, count);
      const start = chooseDroppable(problem.model, ranking, count);
      const evolved = await evolveSet(judge, allowed, start, { ...evolution, seed });
      const { dropped } = await searches.evolutionary.mend(judge, allowed, evolved);
      found.push({ dropped, blocks: judge.cost().blocks });
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
  'greedy perplexity': byGrowth('greedy', 'perplexity'),
  'evolutionary KL': byEvolution('kl', 1),
  'evolutionary KL from another seed': byEvolution('kl', 2),
  auto: byGrowth('auto', 'kl'),
};

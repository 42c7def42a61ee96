import path from 'node:path';
import {
  evaluateFile,
  measureLoss,
  openModel,
  parseBlockList,
  parseHealing,
  pruneFile,
} from '../../dist/index.js';
import { spreadWindows } from '../search/heldOut.mjs';

/** Drops to heal: named ones of SmolLM2-135M, and shares by the search. */
export const healingSets = (model) =>
  model.startsWith('SmolLM2') ? ['10-14', '13,14,17,25,26', 'auto 17 %'] : ['auto 10 %', 'auto 20 %'];

function toAmount(set) {
  const share = /^auto (\d+) %$/.exec(set)?.[1];
  return share === undefined ? { drop: parseBlockList(set) } : { ratio: Number(share) / 100 };
}

/** How a row says in what way it was healed; what is not named is the default. */
export const describeHealing = ({ method, healText, healTokens, healType, trainTokens }) =>
  [
    method,
    healText && path.basename(healText),
    healTokens && `fitted to ${healTokens / 1000}k tokens`,
    healType,
    trainTokens && `trained on ${trainTokens / 1000}k tokens`,
  ]
    .filter(Boolean)
    .join(', ');

/** Drops a set from a model, heals it, and measures the written file and the whole model on a text. */
export async function measureHealed(
  file,
  { set, method, healText, healTokens, healType, trainTokens, ...judging },
) {
  const output = path.join(judging.folder, 'healed.gguf');
  const begun = Date.now();
  const report = await pruneFile({
    model: file,
    output,
    overwrite: true,
    threads: judging.threads,
    amount: toAmount(set),
    heal: parseHealing(method),
    healText,
    healTokens,
    healType,
    trainTokens,
  });
  const seconds = (Date.now() - begun) / 1000;
  return {
    dropped: report.dropped.join(','),
    bytes: report.output.bytes,
    seconds,
    ...(await judge(output, judging)),
    healing: report.healing,
  };
}

/** The mean loss on a text, and the accuracy on tasks. */
export async function judge(file, { text, windows, tasks, threads }) {
  const model = await openModel(file, { contextTokens: 512, threads });
  try {
    const { loss } = await measureLoss(model, await spreadWindows(model, text, windows));
    return { loss, accuracy: await askTasks(file, tasks, threads) };
  } finally {
    await model.close();
  }
}

async function askTasks(file, tasks, threads) {
  if (tasks.length === 0) return {};
  const report = await evaluateFile({
    model: file,
    tasks,
    threads,
    text: false,
    generation: false,
    speed: false,
  });
  return Object.fromEntries(
    report.tasks.map(({ name, questions, after }) => [name, { ...after.accuracy, questions }]),
  );
}

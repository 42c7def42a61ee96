import path from 'node:path';
import { openModel } from '../../dist/index.js';
import { drawAdapter, matrixKinds, trainingDefaults } from '../../dist/heal/index.js';
import { noDrop } from '../../dist/model/index.js';
import { convertWeights } from '../../dist/native/index.js';
import { listTrainedMatrices, listTrainedNorms } from '../../dist/run/heal/trainedTensors.js';
import { prepareWindows } from '../../dist/run/start.js';
import { readCalibration } from '../../dist/score/index.js';
import { median } from './processes.mjs';

/** A window that is trained on, against forward passes over it: tokens a second of the one by those of the others. */
export async function measureTrainingCost([file], rounds) {
  const { rank, alpha, seed, topTokens, adam, rate, clip } = trainingDefaults;
  const model = await openModel(file, { gpu: 'off' });
  const session = convertWeights(await openModel(file, { gpu: 'off', trained: true, beside: model }));
  const { scoring } = await prepareWindows(model, await readCalibration(undefined), { windows: rounds + 1 });
  const matrices = listTrainedMatrices(model, noDrop, matrixKinds, undefined);
  await session.beginTraining({
    rank,
    alpha,
    matrices: drawAdapter(matrices, rank, seed),
    wholes: listTrainedNorms(model, noDrop).map((norm) => ({ ...norm, pace: 1 })),
  });
  const time = async (run) => {
    const started = performance.now();
    await run();
    return (performance.now() - started) / 1000;
  };
  const turns = [];
  const passes = convertWeights(model);
  for (const [number, tokens] of scoring.entries()) {
    const { top } = await model.runWindow({ tokens, losses: true, topTokens });
    turns.push({
      ours: await time(async () => {
        await session.trainWindow({ tokens, reference: top });
        await session.stepTraining({ ...adam, rate, clip, divisor: tokens.length - 1, number: number + 1 });
      }),
      plain: await time(() => model.runWindow({ tokens, losses: true })),
      converted: await time(() => passes.runWindow({ tokens, losses: true })),
    });
  }
  await session.close();
  await model.close();
  // the first one makes the copies
  const measured = turns.slice(1);
  const row = (against, key) => {
    const ratios = measured.map((turn) => turn[key] / turn.ours);
    const range = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
    return [path.basename(file), against, median(ratios).toFixed(2), range];
  };
  return {
    title:
      `Tokens a second of training an adapter of rank ${rank} and norms, with the step, by those of a forward pass with all ` +
      `losses (${measured.length} windows of 512 tokens, in turns):`,
    head: ['model', 'forward pass', 'median ratio', 'least to most'],
    rows: [
      row("with the file's own matrices", 'plain'),
      row('with copies in Q8_0, as training has them', 'converted'),
    ],
  };
}

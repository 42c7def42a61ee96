import { rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { chooseBlocks, openModel, scoreBlocks } from '../../dist/index.js';
import { quantizeModel } from '../../dist/native/index.js';
import { fileTypeNumbers } from '../../dist/model/index.js';
import { compareCandidates } from './windows.mjs';

const types = ['Q8_0', 'Q4_0', 'Q2_K'];
export const mixtureShares = [0, 0.1, 0.25];

/** Divergence from the file as it is, by quantisation and by share of dropped blocks, alone and together. */
export async function measureMixtures(file, { text, windows, folder }) {
  const original = await openModel(file, { contextTokens: 512 });
  try {
    const scores = await scoreBlocks(original);
    const drops = mixtureShares.map((ratio) =>
      ratio === 0 ? [] : chooseBlocks(original, scores, { ratio }),
    );
    const measure = async (type, model, bytes) => {
      const compared = await compareCandidates(
        original,
        drops.map((bypass) => ({ model, bypass })),
        { text, windows },
      );
      return compared.map(({ after, divergence }, d) => ({
        type,
        bytes,
        share: mixtureShares[d],
        dropped: drops[d],
        perplexity: after.perplexity,
        logRatio: divergence.logRatio,
        logRatioError: divergence.logRatioError,
        kl: divergence.mean,
      }));
    };
    const points = await measure('as given', original, statSync(file).size);
    for (const type of types) {
      const made = path.join(folder, `${type}.gguf`);
      await quantizeModel(file, made, fileTypeNumbers.get(type));
      const model = await openModel(made, { contextTokens: 512, beside: original });
      try {
        points.push(...(await measure(type, model, statSync(made).size)));
      } finally {
        await model.close(); // a process that has a model open keeps this one alive
      }
      rmSync(made);
    }
    return { points };
  } finally {
    await original.close();
  }
}

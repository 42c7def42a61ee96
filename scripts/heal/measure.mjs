import path from 'node:path';
import { measureLoss, openModel, parseBlockList, parseHealing, pruneFile } from '../../dist/index.js';
import { spreadWindows } from '../search/heldOut.mjs';

/** Drops to heal: named ones of SmolLM2-135M, and shares by the search. */
export const healingSets = (model) =>
  model.startsWith('SmolLM2') ? ['10-14', '13,14,17,25,26', 'auto 17 %'] : ['auto 10 %', 'auto 20 %'];

function toAmount(set) {
  const share = /^auto (\d+) %$/.exec(set)?.[1];
  return share === undefined ? { drop: parseBlockList(set) } : { ratio: Number(share) / 100 };
}

/** Drops a set from a model, heals it, and measures the written file and the whole model on a text. */
export async function measureHealed(file, { set, method, text, folder, windows, healText }) {
  const output = path.join(folder, 'healed.gguf');
  const begun = Date.now();
  const report = await pruneFile({
    model: file,
    output,
    overwrite: true,
    amount: toAmount(set),
    heal: parseHealing(method),
    healText: method === 'none' ? undefined : (healText ?? undefined),
  });
  const seconds = (Date.now() - begun) / 1000;
  const lose = async (path) => {
    const model = await openModel(path, { contextTokens: 512 });
    try {
      return (await measureLoss(model, await spreadWindows(model, text, windows))).loss;
    } finally {
      await model.close();
    }
  };
  return {
    dropped: report.dropped.join(','),
    whole: await lose(file),
    loss: await lose(output),
    bytes: report.output.bytes,
    seconds,
    healing: report.healing,
  };
}

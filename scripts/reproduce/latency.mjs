import { evaluateFile } from '../../dist/index.js';
import { dropRatio } from './dropRatio.mjs';

/** Tokens per second by texts side by side, before and after, in turns. */
export async function measureLatency(file, { folder }) {
  const drops = [];
  for (const ratio of [0.1, 0.25, 0.5]) {
    const pruned = await dropRatio(file, ratio, folder);
    const { speed } = await evaluateFile({
      model: pruned.file,
      against: file,
      text: false,
      generation: false,
    });
    drops.push({ ratio, dropped: pruned.dropped, speed });
  }
  return { drops };
}

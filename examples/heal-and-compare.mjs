// Drops the same blocks with and without healing, and sets both runs side by side on one page.
//   node examples/heal-and-compare.mjs model.gguf folder blocks-to-drop
import path from 'node:path';
import { parseBlockList, pruneFile, renderRuns, writePage } from 'prune-gguf';

const [model, folder, drop] = process.argv.slice(2);
if (drop === undefined) throw new Error('usage: heal-and-compare.mjs model.gguf folder 13,14');

const runs = [];
for (const [name, how] of [
  ['dropped', {}],
  ['healed', { heal: ['reconstruct'], healTokens: 4096 }],
]) {
  runs.push(
    await pruneFile({
      model,
      output: path.join(folder, `${name}.gguf`),
      overwrite: true,
      amount: { drop: parseBlockList(drop) },
      ...how,
    }),
  );
}
console.log(renderRuns(runs));
await writePage(path.join(folder, 'runs.html'), runs);

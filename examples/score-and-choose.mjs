// Takes the steps one by one: scores the blocks of a model, chooses, writes, and measures what the drop does before it is
// written.
//   node examples/score-and-choose.mjs model.gguf small.gguf [blocks]
import { chooseBlocks, measureLoss, openModel, scoreBlocks, writePruned } from 'prune-gguf';

const [model, target, blocks = '1'] = process.argv.slice(2);
if (target === undefined) throw new Error('usage: score-and-choose.mjs model.gguf small.gguf [blocks]');

const opened = await openModel(model, { contextTokens: 256 });
try {
  const scores = await scoreBlocks(opened, { windows: 4, windowTokens: 256 });
  scores.blockInfluence.forEach((influence, block) => console.log(`block ${block}: ${influence.toFixed(3)}`));

  const dropped = chooseBlocks(opened, scores, { blocks: Number(blocks) });
  const text = await opened.tokenize(
    'The quick brown fox jumps over the lazy dog, and the dog does not mind.',
  );
  const whole = await measureLoss(opened, [text]);
  const without = await measureLoss(opened, [text], { bypass: dropped });
  console.log(
    `without ${dropped.join(', ')}: perplexity ${whole.perplexity.toFixed(1)} → ${without.perplexity.toFixed(1)}`,
  );

  const plan = await writePruned(opened, dropped, target, { overwrite: true });
  console.log(`${target}: ${plan.fileBytes} bytes`);
} finally {
  await opened.close();
}

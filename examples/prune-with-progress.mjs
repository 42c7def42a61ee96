// Does the whole job, shows how far it is, stops at Ctrl-C, and makes a page of the result.
//   node examples/prune-with-progress.mjs model.gguf small.gguf [blocks]
import { PruneError, pruneFile, writePage } from 'prune-gguf';

const [model, output, blocks = '1'] = process.argv.slice(2);
if (output === undefined) throw new Error('usage: prune-with-progress.mjs model.gguf small.gguf [blocks]');

const controller = new AbortController();
process.once('SIGINT', () => controller.abort());

try {
  const report = await pruneFile({
    model,
    output,
    overwrite: true,
    amount: { blocks: Number(blocks) },
    windows: 4,
    signal: controller.signal,
    onEvent(event) {
      if (event.kind === 'progress') console.error(`${event.stage} ${event.done} of ${event.total}`);
      if (event.kind === 'chosen') console.error(`dropping ${event.report.dropped.join(', ')}`);
    },
  });
  console.log(report.evaluation?.verdict.sentence);
  await writePage(output.replace(/\.gguf$/, '.html'), [report]);
} catch (error) {
  // every failure has a code that a program can go by, and a sentence for a person
  if (!(error instanceof PruneError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = error.code === 'CANCELLED' ? 130 : 1;
}

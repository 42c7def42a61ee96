import type { CommandModule } from 'yargs';
import { renderBlocks, scoreFile } from '../../index.js';
import {
  backendOptions,
  measureOptions,
  modelPositional,
  outputOptions,
  pageOption,
  scoreOptions,
  type ScoreArgs,
} from '../options/index.js';
import { createSink } from '../output.js';
import { checkReportOption, saveMeasured } from '../page.js';
import { createProgress, showEvents } from '../progress.js';
import { toRunOptions } from '../request.js';
import { resolveModel } from '../resolveModel.js';

export const scoreCommand: CommandModule<object, ScoreArgs & { model: string }> = {
  command: 'score <model>',
  describe: 'Show how much each block matters; nothing is written',
  builder: (yargs) =>
    yargs
      .positional('model', modelPositional)
      .options({ ...measureOptions, ...scoreOptions, ...backendOptions, ...outputOptions, ...pageOption })
      .example('$0 score model.gguf', 'score on the built-in text')
      .example('$0 score model.gguf --calibration mine.txt --windows 32', 'score on your own text')
      .example('$0 score model.gguf --metric kl', 'leave out each block once and measure')
      .example('$0 score model.gguf --json=scores.json', 'keep the scores'),
  handler: async (args) => {
    const sink = createSink(args.json, args.quiet);
    const progress = createProgress(process.stderr, args.quiet);
    try {
      await checkReportOption(args.report, args.json);
      const report = await scoreFile({
        ...toRunOptions(args),
        model: await resolveModel(args.model, progress),
        metric: args.metric,
        fresh: args.fresh,
        onEvent: showEvents(progress, { fresh: args.fresh }),
      });
      progress.end();
      if (sink.isText) sink.print(`\n${renderBlocks(report, sink.style)}`);
      await saveMeasured(report, sink, args.report, progress);
    } finally {
      progress.end();
    }
  },
};

import type { CommandModule } from 'yargs';
import { compareFile, renderCompareChoices, renderCompareTable } from '../../index.js';
import {
  backendOptions,
  compareOptions,
  modelPositional,
  outputOptions,
  pageOption,
  type CompareArgs,
} from '../options/index.js';
import { createSink } from '../output.js';
import { checkReportOption, saveMeasured } from '../page.js';
import { createProgress, showEvents } from '../progress.js';
import { toCompareRequest } from '../request.js';
import { resolveModel } from '../resolveModel.js';

export const compareCommand: CommandModule<object, CompareArgs & { model: string }> = {
  command: 'compare <model>',
  describe: 'Show whether to prune or to quantise lower, at the same size',
  builder: (yargs) =>
    yargs
      .positional('model', modelPositional)
      .options({ ...compareOptions, ...backendOptions, ...outputOptions, ...pageOption })
      .example('$0 compare model.gguf', 'at the size of each usual quantisation')
      .example('$0 compare model.gguf --sizes 90M,80M', 'at sizes of your own')
      .example('$0 compare model.gguf --types Q4_0,Q3_K_M --keep ./quantised', 'and keep the files')
      .example('$0 compare model.gguf --text wiki.test.raw --windows 32', 'on your text'),
  handler: async (args) => {
    const sink = createSink(args.json, args.quiet);
    const progress = createProgress(process.stderr, args.quiet);
    const request = toCompareRequest(args);
    try {
      await checkReportOption(args.report, args.json);
      const report = await compareFile({
        ...request,
        model: await resolveModel(args.model, progress),
        onEvent: showEvents(progress, { fresh: args.fresh, hasWindows: false }),
      });
      progress.end();
      if (sink.isText) {
        sink.print(`\n${renderCompareTable(report, sink.style.width)}\n`);
        sink.print(renderCompareChoices(report, sink.style.width));
      }
      await saveMeasured(report, sink, args.report, progress);
    } finally {
      progress.end();
    }
  },
};

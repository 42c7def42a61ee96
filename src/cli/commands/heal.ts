import type { CommandModule } from 'yargs';
import { healFile } from '../../index.js';
import { finishRun } from '../finishRun.js';
import {
  backendOptions,
  healOptions,
  modelPositional,
  outputOptions,
  pageBesideOption,
  textOptions,
  type HealArgs,
} from '../options/index.js';
import { createSink } from '../output.js';
import { checkReportOption } from '../page.js';
import { createProgress, showEvents } from '../progress.js';
import { toBytes, toHealing, toRunOptions } from '../request.js';
import { resolveModel } from '../resolveModel.js';

export const healCommand: CommandModule<object, HealArgs & { model: string }> = {
  command: 'heal <model>',
  describe: 'Heal a pruned model: write it anew from its original, with what the drop broke mended',
  builder: (yargs) =>
    yargs
      .positional('model', modelPositional)
      .options({ ...healOptions, ...textOptions, ...backendOptions, ...outputOptions, ...pageBesideOption })
      .example('$0 heal small.gguf --from model.gguf', 'refit what comes after the gaps')
      .example(
        '$0 heal small.gguf --from model.gguf --heal reconstruct,patch',
        'and put linear maps into them',
      ),
  handler: async (args) => {
    const sink = createSink(args.json, args.quiet);
    const progress = createProgress(process.stderr, args.quiet);
    const splitMaxBytes = toBytes(args['split-max-size']);
    try {
      await checkReportOption(args.report, args.json);
      const report = await healFile({
        ...toRunOptions(args),
        model: await resolveModel(args.model, progress),
        from: await resolveModel(args.from, progress),
        output: args.output,
        overwrite: args.overwrite,
        splitMaxBytes,
        ...toHealing(args),
        fresh: args.fresh,
        failIf: args['fail-if'],
        onEvent: showEvents(progress, { fresh: args.fresh }),
      });
      await finishRun(report, sink, progress, args);
    } finally {
      progress.end();
    }
  },
};

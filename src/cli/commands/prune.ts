import type { CommandModule } from 'yargs';
import { pruneFile, renderBlocks, renderCurve, type RunReport } from '../../index.js';
import { askAmount, canAsk } from '../askAmount.js';
import {
  backendOptions,
  measureOptions,
  modelPositional,
  outputOptions,
  pageBesideOption,
  pruneOptions,
  type PruneArgs,
} from '../options/index.js';
import { finishRun } from '../finishRun.js';
import { createSink } from '../output.js';
import { checkReportOption } from '../page.js';
import { createProgress, showEvents } from '../progress.js';
import { toAmount, toBytes, toHealing, toRunOptions } from '../request.js';
import { resolveModel } from '../resolveModel.js';

export const pruneCommand: CommandModule<object, PruneArgs & { model: string }> = {
  command: ['$0 <model>', 'prune <model>'],
  describe: 'Drop the blocks that are missed least: search, write, check, evaluate',
  builder: (yargs) =>
    yargs
      .usage(
        '$0 <model> [options]\n\nDrops the blocks of a GGUF model that can be left out with the least damage and writes a smaller file.',
      )
      .positional('model', modelPositional)
      .options({
        ...pruneOptions,
        ...measureOptions,
        ...backendOptions,
        ...outputOptions,
        ...pageBesideOption,
      })
      .example('$0 model.gguf', 'drop a quarter of the blocks')
      .example('$0 model.gguf --blocks 3 -o small.gguf', 'drop three')
      .example('$0 model.gguf --drop 21-29,31', 'drop exactly these')
      .example('$0 model.gguf --metric block-influence', 'choose by one pass, without a search')
      .example('$0 model.gguf --max-kl 0.2', 'as many as this much damage allows')
      .example('$0 model.gguf --ratio 0.1 --dry-run', 'show the choice, write nothing')
      .example('$0 model.gguf --drop 25 --lora mine.gguf', 'prune a LoRA adapter beside it')
      .example('$0 big-00001-of-00005.gguf --split-max-size 2G', 'from and to a split model'),
  handler: async (args) => {
    const sink = createSink(args.json, args.quiet);
    const progress = createProgress(process.stderr, args.quiet);
    const amount = toAmount(args);
    const splitMaxBytes = toBytes(args['split-max-size']);
    const options = toRunOptions(args);
    const isAsked = amount === undefined && args.metric === undefined && canAsk(args);
    // what was answered belongs to what repeats the run
    const invocation = [...(options.invocation ?? [])];
    let opened: RunReport | undefined;
    const showEvent = showEvents(progress, {
      fresh: args.fresh,
      hasMetric: (args.unit ?? 'block') === 'block',
    });
    try {
      await checkReportOption(args.report, args.json);
      const report = await pruneFile({
        ...options,
        model: await resolveModel(args.model, progress),
        output: args.output,
        amount,
        invocation,
        settleAmount: isAsked
          ? async (curve) => {
              progress.end();
              const blocks = await askAmount(curve, opened);
              invocation.push('--blocks', String(blocks));
              return blocks;
            }
          : undefined,
        metric: args.metric,
        search: args.search,
        unit: args.unit,
        judge: args.judge,
        seed: args.seed,
        fresh: args.fresh,
        overwrite: args.overwrite,
        portable: args.portable,
        splitMaxBytes,
        imatrix: args.imatrix,
        lora: args.lora,
        controlVector: args['control-vector'],
        ...toHealing(args),
        failIf: args['fail-if'],
        dryRun: args['dry-run'],
        onEvent(event) {
          showEvent(event);
          if (event.kind === 'opened') opened = event.report;
          if (event.kind === 'chosen' && sink.isText) {
            progress.end();
            sink.print(`\n${renderBlocks(event.report, sink.style)}\n`);
            const curve = renderCurve(event.report, sink.style);
            if (curve !== '') sink.print(`${curve}\n`);
          }
        },
      });
      await finishRun(report, sink, progress, args);
    } finally {
      progress.end();
    }
  },
};

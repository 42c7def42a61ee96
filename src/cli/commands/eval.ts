import type { CommandModule } from 'yargs';
import {
  evaluateFile,
  renderEvalGeneration,
  renderEvalSpeed,
  renderEvalTasks,
  renderEvalText,
  type EvalReport,
} from '../../index.js';
import {
  backendOptions,
  evalOptions,
  modelPositional,
  outputOptions,
  pageOption,
  type EvalArgs,
} from '../options/index.js';
import { refuseBroken } from '../failure.js';
import { createSink } from '../output.js';
import { checkReportOption, saveMeasured } from '../page.js';
import { createProgress, showEvents } from '../progress.js';
import { toEvalRequest } from '../request.js';
import { resolveModel } from '../resolveModel.js';
import { describeEvaluated } from '../sentences.js';

export const evalCommand: CommandModule<object, EvalArgs & { model: string }> = {
  command: 'eval <model>',
  describe: 'Show what a model is worth: perplexity, tasks, what it writes, speed and memory',
  builder: (yargs) =>
    yargs
      .positional('model', modelPositional)
      .options({ ...evalOptions, ...backendOptions, ...outputOptions, ...pageOption })
      .example('$0 eval small.gguf --against model.gguf', 'what it cost and what it bought')
      .example('$0 eval small.gguf --against model.gguf --text wiki.test.raw', 'on your text')
      .example('$0 eval small.gguf --tasks mmlu,hellaswag --data ./data --limit 500', 'questions')
      .example('$0 eval small.gguf --against model.gguf --fail-if "kld>0.1,ppl>+15%"', 'gate a script'),
  handler: async (args) => {
    const sink = createSink(args.json, args.quiet);
    const progress = createProgress(process.stderr, args.quiet);
    const request = toEvalRequest(args);
    const showEvent = showEvents(progress, { fresh: args.fresh });
    let shown: EvalReport | undefined;
    const show = (report: EvalReport) => {
      if (shown === undefined) progress.note(describeEvaluated(report));
      else if (sink.isText) {
        progress.end();
        for (const lines of renderNews(shown, report, sink.style.width)) sink.print(`\n${lines}`);
      }
      shown = report;
    };
    try {
      await checkReportOption(args.report, args.json);
      const report = await evaluateFile({
        ...request,
        model: await resolveModel(args.model, progress),
        against: args.against === undefined ? undefined : await resolveModel(args.against, progress),
        onEvent(event) {
          showEvent(event);
          if (event.kind === 'evaluated') show(event.report);
        },
      });
      progress.end();
      await saveMeasured(report, sink, args.report, progress);
      refuseBroken(report.limits);
    } finally {
      progress.end();
    }
  },
};

/** What has come to a report since it was shown last. */
function renderNews(before: EvalReport, now: EvalReport, width: number): readonly string[] {
  return [
    ...(before.text === null && now.text !== null ? [renderEvalText(now.text, width)] : []),
    ...(now.tasks.length > before.tasks.length ? [renderEvalTasks(now.tasks, width)] : []),
    ...(before.generation === null && now.generation !== null
      ? [renderEvalGeneration(now.generation, width)]
      : []),
    ...(before.speed === null && now.speed !== null ? [renderEvalSpeed(now.speed)] : []),
  ];
}

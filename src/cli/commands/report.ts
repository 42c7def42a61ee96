import type { CommandModule } from 'yargs';
import {
  escapeUnsafe,
  readReports,
  renderBlocks,
  renderEvaluation,
  renderRuns,
  wrapText,
  writePage,
  type AnyReport,
  type RunReport,
} from '../../index.js';
import { reportOptions, type ReportArgs } from '../options/index.js';
import { createSink, type ResultSink } from '../output.js';
import { checkReportOption, namePage } from '../page.js';

export const reportCommand: CommandModule<object, ReportArgs & { files: string[] }> = {
  command: 'report <files..>',
  describe: 'Make a page of a saved run, or set several runs side by side',
  builder: (yargs) =>
    yargs
      .positional('files', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'What --json=FILE has saved, or pages that were made before',
      })
      .options(reportOptions)
      .example('$0 report run.json', 'the page of a run')
      .example('$0 report run.json eval.json', 'with an evaluation of what it wrote')
      .example('$0 report a.html b.html -o both.html', 'two runs side by side'),
  handler: async (args) => {
    const sink = createSink(undefined, args.quiet);
    const [first = ''] = args.files;
    if (args.output !== undefined) await checkReportOption(args.output);
    const reports: AnyReport[] = [];
    for (const file of args.files) reports.push(...(await readReports(file)));
    const isOfSeveral = reports.filter(({ schema }) => schema === 'prune-gguf/run@1').length > 1;
    const target = args.output ?? namePage(isOfSeveral ? 'runs' : first);
    await writePage(target, reports);
    if (sink.isText) sink.print(`${describeReports(reports, sink)}\n`);
    sink.print(args.quiet ? target : ` ${escapeUnsafe(target)}   report`);
  },
};

/** The same on the terminal, in short. */
function describeReports(reports: readonly AnyReport[], { style }: ResultSink): string {
  const runs = reports.filter((report): report is RunReport => report.schema === 'prune-gguf/run@1');
  const [run] = runs;
  if (runs.length > 1) return renderRuns(runs, style.width);
  if (run === undefined) return '';
  const { evaluation } = run;
  return [
    renderBlocks(run, style),
    ...(evaluation === null
      ? []
      : [
          '',
          renderEvaluation(evaluation),
          '',
          wrapText(escapeUnsafe(evaluation.verdict.sentence), style.width),
        ]),
  ].join('\n');
}

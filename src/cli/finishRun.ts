import { escapeUnsafe, renderEvaluation, renderHealing, wrapText, type RunReport } from '../index.js';
import { refuseBroken } from './failure.js';
import type { ResultSink } from './output.js';
import { savePage, type ReportOption } from './page.js';
import type { ProgressLines } from './progress.js';
import { describeAdvice, describeChecks, listWritten } from './sentences.js';

interface FinishArgs {
  readonly quiet: boolean;
  readonly json: string | undefined;
  readonly report: ReportOption;
}

/** Shows what a run that writes a model came to. @throws PruneError LIMIT_BROKEN */
export async function finishRun(
  report: RunReport,
  sink: ResultSink,
  progress: ProgressLines,
  { quiet, json, report: page }: FinishArgs,
): Promise<void> {
  progress.end();
  const { output } = report;
  if (output !== null) progress.note(describeChecks(output.checks));
  if (sink.isText) printResult(report, sink);
  const pageFile = await savePage(report, page, progress, output?.file);
  const pageLine = pageFile === undefined ? [] : [pageFile];
  if (sink.isText) sink.print(pageLine.map((file) => ` ${escapeUnsafe(file)}   report`).join('\n'));
  else if (quiet && json !== '') {
    const written = output === null ? [] : [output, ...output.companions].map(({ file }) => file);
    sink.print([...written, ...pageLine].join('\n'));
  }
  await sink.finish(report);
  refuseBroken(report.limits);
}

function printResult(report: RunReport, sink: ResultSink): void {
  const { output, evaluation, dropped, droppedAttention } = report;
  const paragraph = (text: string | undefined) =>
    text === undefined ? [] : [wrapText(text, sink.style.width)];
  const lines: string[] = [];
  if (report.healing !== null) lines.push('', renderHealing(report.healing, sink.style));
  if (evaluation !== null) {
    lines.push('', renderEvaluation(evaluation), '');
    lines.push(...paragraph(evaluation.verdict.sentence), ...paragraph(describeAdvice(evaluation, report)));
  } else if (output === null) {
    lines.push(...paragraph('Nothing was written (--dry-run).'));
  } else if (dropped.length + droppedAttention.length === 0) {
    lines.push(...paragraph('Nothing was dropped: the file is a copy.'));
  }
  if (output !== null) lines.push('', ...listWritten(output).map((line) => ` ${line}`));
  sink.print(lines.join('\n'));
}

import { renderEvaluation, renderHealing, wrapText, type RunReport } from '../index.js';
import { refuseBroken } from './failure.js';
import type { ResultSink } from './output.js';
import type { ProgressLines } from './progress.js';
import { describeAdvice, describeChecks, listWritten } from './sentences.js';

/** Shows what a run that writes a model came to. @throws PruneError LIMIT_BROKEN */
export async function finishRun(
  report: RunReport,
  sink: ResultSink,
  progress: ProgressLines,
  { quiet, json }: { readonly quiet: boolean; readonly json: string | undefined },
): Promise<void> {
  progress.end();
  if (report.output !== null) progress.note(describeChecks(report.output.checks));
  if (sink.isText) printResult(report, sink);
  if (quiet && json !== '' && report.output !== null) {
    sink.print([report.output, ...report.output.companions].map(({ file }) => file).join('\n'));
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

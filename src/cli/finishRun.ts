import {
  escapeUnsafe,
  hasRepairs,
  renderEvaluation,
  renderHealing,
  wrapText,
  type OutputReport,
  type RunReport,
} from '../index.js';
import { refuseBroken } from './failure.js';
import type { ResultSink } from './output.js';
import { saveWritten, type ReportOption } from './page.js';
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
  { quiet, json, report: option }: FinishArgs,
): Promise<void> {
  progress.end();
  const { output } = report;
  if (output !== null) progress.note(describeChecks(output.checks, hasRepairs(report.healing)));
  if (sink.isText) printResult(report, sink);
  const page = await saveWritten(report, sink, option, progress, output?.file);
  const lines = listFiles(output, page, sink.isText);
  if (lines.length > 0 && (sink.isText || (quiet && json !== ''))) sink.print(lines.join('\n'));
  refuseBroken(report.limits);
}

/** The files that were written, the page last. */
function listFiles(
  output: OutputReport | null,
  page: string | undefined,
  isText: boolean,
): readonly string[] {
  if (!isText) {
    const written = output === null ? [] : [output, ...output.companions].map(({ file }) => file);
    return [...written, ...(page === undefined ? [] : [page])];
  }
  const written = output === null ? [] : ['', ...listWritten(output).map((line) => ` ${line}`)];
  return [...written, ...(page === undefined ? [] : [` ${escapeUnsafe(page)}   report`])];
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
  sink.print(lines.join('\n'));
}

import path from 'node:path';
import { checkPageTarget, escapeUnsafe, PruneError, writePage, type AnyReport } from '../index.js';
import type { ResultSink } from './output.js';
import type { ProgressLines } from './progress.js';

/** What `--report` says: a file, `false` for `--no-report`, undefined for neither. */
export type ReportOption = string | false | undefined;

/**
 * Refuses a page before any work is done for it.
 * @throws PruneError USAGE, OUTPUT
 */
export async function checkReportOption(option: ReportOption, json?: string): Promise<void> {
  if (option === undefined || option === false) return;
  if (json && path.resolve(json) === path.resolve(option)) {
    throw new PruneError('USAGE', '--report and --json name the same file. Give one of them another name.');
  }
  await checkPageTarget(option);
}

/**
 * Saves the report: as JSON where `--json` says, and then as a page where `--report` does, which is told.
 * @throws PruneError OUTPUT
 */
export async function saveMeasured(
  report: AnyReport,
  sink: ResultSink,
  option: ReportOption,
  progress: ProgressLines,
): Promise<void> {
  const page = await saveAsked(report, sink, option);
  if (page !== undefined) progress.note(`Report: ${escapeUnsafe(page)}`);
}

async function saveAsked(
  report: AnyReport,
  sink: ResultSink,
  option: ReportOption,
): Promise<string | undefined> {
  await sink.finish(report);
  if (option === undefined || option === false) return undefined;
  await writePage(option, [report]);
  return option;
}

/**
 * The same for a run that writes a file: the page lies beside it unless something else is said. One that nobody has asked
 * for by name is no failure where it cannot be written.
 * @returns where the page is; undefined where there is none
 */
export async function saveWritten(
  report: AnyReport,
  sink: ResultSink,
  option: ReportOption,
  progress: ProgressLines,
  output: string | undefined,
): Promise<string | undefined> {
  if (option !== undefined || output === undefined) return saveAsked(report, sink, option);
  await sink.finish(report);
  const file = namePage(output);
  try {
    await writePage(file, [report]);
    return file;
  } catch (error) {
    if (!(error instanceof PruneError)) throw error;
    progress.note(`No report: ${error.message}`);
    return undefined;
  }
}

/** `small.gguf`, or `small-00001-of-00003.gguf`, becomes `small.html`. */
export function namePage(file: string): string {
  return `${file.replace(/(-\d{5}-of-\d{5})?\.(gguf|json|html?)$/i, '')}.html`;
}

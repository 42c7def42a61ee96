import { checkPageTarget, PruneError, writePage, type AnyReport } from '../index.js';
import type { ProgressLines } from './progress.js';

/** What `--report` says: a file, `false` for `--no-report`, undefined for neither. */
export type ReportOption = string | false | undefined;

/**
 * Refuses a page before any work is done for it.
 * @throws PruneError USAGE, OUTPUT
 */
export async function checkReportOption(option: ReportOption): Promise<void> {
  if (option === '') throw new PruneError('USAGE', '--report needs a file: --report page.html.');
  if (option) await checkPageTarget(option);
}

/**
 * Writes the page of a report where `--report` says.
 * @param beside the file that the report is about, which the page lies beside unless something else is said
 * @returns where it is; undefined where there is none
 * @throws PruneError OUTPUT
 */
export async function savePage(
  report: AnyReport,
  option: ReportOption,
  progress: ProgressLines,
  beside?: string,
): Promise<string | undefined> {
  if (option === false || (option === undefined && beside === undefined)) return undefined;
  if (option !== undefined) {
    await writePage(option, [report]);
    return option;
  }
  const file = namePage(beside ?? '');
  try {
    await checkPageTarget(file);
  } catch (error) {
    // nobody asked for it, so that it is no failure
    if (!(error instanceof PruneError)) throw error;
    progress.note(`No report: ${error.message}`);
    return undefined;
  }
  await writePage(file, [report]);
  return file;
}

/** `small.gguf`, or `small-00001-of-00003.gguf`, becomes `small.html`. */
export function namePage(file: string): string {
  return `${file.replace(/(-\d{5}-of-\d{5})?\.(gguf|json|html?)$/i, '')}.html`;
}

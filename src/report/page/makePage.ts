import { PruneError } from '../../errors.js';
import type { EvalReport } from '../evaluation.js';
import type { RunReport } from '../run.js';
import { makeComparePage } from './comparePage.js';
import type { PageContent } from './document.js';
import { makeEvalPage } from './evalPage.js';
import type { AnyReport } from './renderPage.js';
import { makeRunPage } from './runPage.js';
import { makeRunsPage } from './runsPage.js';

/** Makes the page that reports are for. @throws PruneError USAGE where there is none for them */
export function makePage(reports: readonly AnyReport[]): Promise<PageContent> {
  const runs = reports.filter((report) => report.schema === 'prune-gguf/run@1');
  const evaluations = reports.filter((report) => report.schema === 'prune-gguf/eval@1');
  const comparisons = reports.filter((report) => report.schema === 'prune-gguf/compare@1');
  const [run, ...furtherRuns] = runs;
  const [evaluation] = evaluations;
  const [comparison] = comparisons;
  if (comparison !== undefined && reports.length === 1) return makeComparePage(comparison);
  if (evaluation !== undefined && reports.length === 1) return makeEvalPage(evaluation);
  if (run !== undefined && comparisons.length === 0) {
    if (furtherRuns.length === 0) {
      for (const { original, model } of evaluations) checkBelongs(run, original, model);
      return makeRunPage(run, evaluations);
    }
    if (evaluations.length === 0) return makeRunsPage(runs);
  }
  const found = [
    [runs.length, 'run'],
    [evaluations.length, 'evaluation'],
    [comparisons.length, 'comparison'],
  ].flatMap(([count, noun]) => (count === 0 ? [] : [`${count} ${noun}${count === 1 ? '' : 's'}`]));
  throw new PruneError(
    'USAGE',
    `A page is made of one report, of a run with evaluations of its file, or of several runs; not of ${found.join(' and ') || 'nothing'}.`,
  );
}

/** An evaluation beside a run is of the file that the run wrote. */
function checkBelongs(run: RunReport, original: EvalReport['original'], model: EvalReport['model']): void {
  const isOf = original === null || original.sha256 === run.model.sha256;
  if (isOf && (run.output === null || model.bytes === run.output.bytes)) return;
  throw new PruneError(
    'USAGE',
    `The evaluation of ${model.file} is not one of ${run.output?.file ?? 'a file'} that the run wrote from ${run.model.file}.`,
  );
}

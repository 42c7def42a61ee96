import path from 'node:path';
import { PruneError } from '../../errors.js';
import type { EvalReport } from '../evaluation.js';
import type { RunReport } from '../run.js';
import type { AnyReport } from './anyReport.js';
import { makeComparePage } from './comparePage.js';
import type { PageContent } from './document.js';
import { makeEvalPage } from './evalPage.js';
import { makeRunPage } from './runPage.js';
import { makeRunsPage } from './runsPage.js';

/** Makes the page that reports are for. @throws PruneError USAGE where there is none for them */
export function makePage(reports: readonly AnyReport[]): Promise<PageContent> {
  const runs = reports.filter((report) => report.schema === 'prune-gguf/run@1');
  const evaluations = reports.filter((report) => report.schema === 'prune-gguf/eval@1');
  const comparisons = reports.filter((report) => report.schema === 'prune-gguf/compare@1');
  const [run] = runs;
  const [evaluation] = evaluations;
  const [comparison] = comparisons;
  if (reports.length === 1) {
    if (run !== undefined) return makeRunPage(run, undefined);
    if (evaluation !== undefined) return makeEvalPage(evaluation);
    if (comparison !== undefined) return makeComparePage(comparison);
  }
  if (reports.length === 2 && run !== undefined && evaluation !== undefined) {
    checkBelongs(run, evaluation);
    return makeRunPage(run, evaluation);
  }
  if (runs.length > 1 && runs.length === reports.length) return makeRunsPage(runs);
  const found = [
    [runs.length, 'run'],
    [evaluations.length, 'evaluation'],
    [comparisons.length, 'comparison'],
  ].flatMap(([count, noun]) => (count === 0 ? [] : [`${count} ${noun}${count === 1 ? '' : 's'}`]));
  throw new PruneError(
    'USAGE',
    `A page is made of one report, of a run with an evaluation of its file, or of several runs; not of ${found.join(' and ') || 'nothing'}.`,
  );
}

/** An evaluation beside a run is of the file that the run wrote: one of its name and size, against the same original. */
function checkBelongs({ output, model: source }: RunReport, { original, model }: EvalReport): void {
  const isOf = original === null || original.sha256 === source.sha256;
  const isIt =
    output !== null &&
    output.bytes === model.bytes &&
    path.basename(output.file) === path.basename(model.file);
  if (isOf && isIt) return;
  const written =
    output === null ? 'the run wrote nothing' : `the run wrote ${output.file} from ${source.file}`;
  throw new PruneError(
    'USAGE',
    `The evaluation is not of the file of the run: it is of ${model.file}${original === null ? '' : ` against ${original.file}`}, and ${written}.`,
  );
}

import path from 'node:path';
import { formatBytes, formatChange, formatFigure, formatShare } from './format.js';
import type { RunReport } from './run.js';

/** A run with its number among several, by which it is told apart from others of its name. */
export interface NumberedRun {
  readonly number: string;
  /** The number and the file that was written. */
  readonly name: string;
  readonly run: RunReport;
}

export function numberRuns(runs: readonly RunReport[]): readonly NumberedRun[] {
  return runs.map((run, i) => {
    const { output, model, dropped } = run;
    const file = output === null ? `${model.file} − ${dropped.length}` : path.basename(output.file);
    return { run, number: `${i + 1}`, name: `${i + 1}  ${file}` };
  });
}

/** What keeps runs from being compared; undefined where nothing does. */
export function warnOfRuns(runs: readonly RunReport[]): string | undefined {
  const originals = new Set(runs.map(({ model }) => model.sha256));
  if (originals.size > 1) {
    return `They are not of one model: ${originals.size} different originals. Blocks and figures cannot be compared.`;
  }
  const texts = new Set(runs.flatMap(({ calibration }) => calibration?.sha256 ?? []));
  if (texts.size > 1)
    return 'They were measured on different texts, so that their figures are to be compared with care.';
  return undefined;
}

export const runFigureTitles = [
  'blocks',
  'file',
  'perplexity',
  'change',
  'KL, nats',
  'same token',
  'prompt speed',
  'generation speed',
  'verdict',
] as const;

/** What is set side by side of a run, in the order of {@link runFigureTitles}. */
export function listRunFigures({ blocks, dropped, model, output, evaluation }: RunReport): readonly string[] {
  const size = [
    `${blocks.length - dropped.length} of ${blocks.length}`,
    formatBytes(output?.bytes ?? model.bytes),
  ];
  if (evaluation === null) return [...size, '–', '–', '–', '–', '–', '–', '–'];
  const { before, after, divergence, verdict } = evaluation;
  return [
    ...size,
    formatFigure(after.perplexity),
    formatChange(before.perplexity, after.perplexity),
    formatFigure(divergence.mean),
    formatShare(divergence.sameTop),
    formatChange(before.prompt.median, after.prompt.median),
    formatChange(before.generation.median, after.generation.median),
    verdict.grade,
  ];
}

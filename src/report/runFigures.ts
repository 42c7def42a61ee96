import { formatBytes, formatChange, formatFigure } from './format.js';
import type { RunReport } from './run.js';

/** A run by a name that no other has. */
export interface NamedRun {
  readonly name: string;
  readonly run: RunReport;
}

/** Names runs by the file that each wrote; numbered where that is not enough. */
export function nameRuns(runs: readonly RunReport[]): readonly NamedRun[] {
  const names = runs.map(({ output, model, dropped }) => output?.file ?? `${model.file} − ${dropped.length}`);
  return runs.map((run, i) => {
    const name = names[i] ?? '';
    return { run, name: names.filter((other) => other === name).length > 1 ? `${i + 1}: ${name}` : name };
  });
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
] as const;

/** What is set side by side of a run, in the order of {@link runFigureTitles}. */
export function listRunFigures({ blocks, dropped, model, output, evaluation }: RunReport): readonly string[] {
  const size = [
    `${blocks.length - dropped.length} of ${blocks.length}`,
    formatBytes(output?.bytes ?? model.bytes),
  ];
  if (evaluation === null) return [...size, '–', '–', '–', '–', '–', '–'];
  const { before, after, divergence } = evaluation;
  return [
    ...size,
    formatFigure(after.perplexity),
    formatChange(before.perplexity, after.perplexity),
    divergence.mean.toFixed(3),
    `${(100 * divergence.sameTop).toFixed(0)} %`,
    formatChange(before.prompt.median, after.prompt.median),
    formatChange(before.generation.median, after.generation.median),
  ];
}

import { formatBytes } from './format.js';
import type { CurveStepReport, RunReport } from './run.js';
import { renderBar, renderTable } from './table.js';
import type { TextStyle } from './text.js';

/** What the steps of a curve are told apart by: what the search measured or, without one, the divergence on held-out text. */
export function chooseDamage(curve: readonly CurveStepReport[]): (step: CurveStepReport) => number | null {
  const hasDamage = curve.some(({ damage }) => damage !== null);
  return ({ damage, figures }) => (hasDamage ? damage : (figures?.kl ?? null));
}

/** Whether a step of a run's curve is what was dropped. */
export function isChosenStep(
  { dropped, droppedAttention }: Pick<RunReport, 'dropped' | 'droppedAttention'>,
  step: CurveStepReport,
): boolean {
  return step.dropped.join() === dropped.join() && step.droppedAttention.join() === droppedAttention.join();
}

/** The damage against what is dropped: a line for each size on the way; empty for fewer than two. */
export function renderCurve(report: RunReport, { width, mark }: TextStyle): string {
  const { curve } = report;
  if (curve.length < 2) return '';
  const hasDamage = curve.some(({ damage }) => damage !== null);
  const hasFigures = curve.some(({ figures }) => figures !== null);
  const hasAttention = curve.some((step) => step.droppedAttention.length > 0);
  const hasSpeed = curve.some(({ figures }) => figures !== null && figures.speedup !== null);
  const value = chooseDamage(curve);
  const highest = Math.max(...curve.map((step) => value(step) ?? 0));
  const columns = (step: CurveStepReport) => {
    const { figures } = step;
    return [
      ` ${step.dropped.length}`,
      ...(hasAttention ? [`${step.droppedAttention.length}`] : []),
      renderBar(value(step) ?? 0, highest, Math.max(8, Math.min(24, width - 56))),
      formatNats(value(step)),
      ...(hasFigures
        ? [
            figures === null ? '' : formatBytes(figures.bytes),
            figures === null ? '' : formatIncrease(figures),
          ]
        : []),
      ...(hasFigures && hasDamage ? [formatNats(figures?.kl ?? null)] : []),
      ...(hasSpeed ? [figures?.speedup == null ? '' : `× ${figures.speedup.toFixed(2)}`] : []),
    ];
  };
  const head = [
    'dropped',
    ...(hasAttention ? ['attention'] : []),
    hasDamage ? 'damage, nats' : 'KL',
    '',
    ...(hasFigures ? ['file', 'perplexity'] : []),
    ...(hasFigures && hasDamage ? ['KL'] : []),
    ...(hasSpeed ? ['speed'] : []),
  ];
  const lines = renderTable(
    [head, ...curve.map(columns)],
    head.map((title, i) => (i === (hasAttention ? 2 : 1) ? 'left' : 'right')),
  );
  const isChosen = (step: CurveStepReport | undefined) => step !== undefined && isChosenStep(report, step);
  return lines
    .map((line, i) => (i > 0 && isChosen(curve[i - 1]) ? mark(`${line}  chosen`) : line))
    .join('\n');
}

const formatNats = (value: number | null) => (value === null ? '–' : value.toFixed(3));

function formatIncrease({ perplexityIncrease }: NonNullable<CurveStepReport['figures']>): string {
  if (perplexityIncrease === null) return '–';
  return `${perplexityIncrease < 0 ? '−' : '+'}${Math.abs(100 * perplexityIncrease).toFixed(0)} %`;
}

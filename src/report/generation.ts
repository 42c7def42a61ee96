import { escapeUnsafe } from '../gguf/index.js';
import type { CountReport, GenerationComparisonReport, GroupReport, MeanReport } from './generationReport.js';
import { renderTable } from './table.js';

/** What both models wrote by themselves, side by side: one line a measure. */
export function renderGeneration({
  pairs,
  means,
  counts,
  troubled,
  ended,
}: GenerationComparisonReport): string {
  const rows = [
    ['', 'original', 'model', 'change'],
    ['texts', String(pairs), String(pairs), ''],
    meanRow('tokens, mean', means.tokens, (value) => value.toFixed(0), ''),
    countRow('ended by the model', ended),
    meanRow('repeated 4-grams', means.repetition, formatPercent, ' points'),
    meanRow('different tokens', means.distinct1, formatPercent, ' points'),
    meanRow('different pairs', means.distinct2, formatPercent, ' points'),
    meanRow('different triples', means.distinct3, formatPercent, ' points'),
    meanRow('letters of other scripts', means.foreignLetters, formatPercent, ' points'),
    countRow('end in a loop', counts.loops),
    countRow('in another language', counts.drifts),
    countRow('in no recognisable one', counts.unrecognised),
    countRow('stopped early', counts.earlyStops),
    countRow('any of these four', troubled),
  ];
  return renderTable(
    rows.map(([title = '', ...cells]) => [` ${title}`, ...cells]),
    ['left', 'right', 'right', 'right'],
  ).join('\n');
}

/** The same by the kinds or the languages of the prompts: one line a group, `original → pruned`. */
export function renderGenerationGroups(title: string, groups: Readonly<Record<string, GroupReport>>): string {
  const arrow = (a: string, b: string) => `${a} → ${b}`;
  const count = ({ original, pruned, pairs }: CountReport) =>
    pairs === 0 ? '–' : arrow(String(original), String(pruned));
  const rows = Object.entries(groups).map(([name, { pairs, means, counts }]) => [
    ` ${escapeUnsafe(name)}`,
    String(pairs),
    means.repetition === null
      ? '–'
      : arrow(formatPercent(means.repetition.original), formatPercent(means.repetition.pruned)),
    count(counts.loops),
    count(counts.drifts),
    count(counts.unrecognised),
    count(counts.earlyStops),
  ]);
  return renderTable(
    [[` ${title}`, 'texts', 'repeats', 'loops', 'drifts', 'unknown', 'early'], ...rows],
    ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
  ).join('\n');
}

function meanRow(
  title: string,
  mean: MeanReport | null,
  format: (value: number) => string,
  unit: string,
): readonly string[] {
  if (mean === null) return [title, '–', '–', ''];
  const { original, pruned, change } = mean;
  const size = format(Math.abs(change)).replace(' %', '');
  return [title, format(original), format(pruned), `${sign(Number(size) === 0 ? 0 : change)}${size}${unit}`];
}

function countRow(title: string, { original, pruned, pairs }: CountReport): readonly string[] {
  if (pairs === 0) return [title, '–', '–', ''];
  const change = pruned - original;
  return [title, String(original), String(pruned), `${sign(change)}${Math.abs(change)}`];
}

function sign(change: number): string {
  return change === 0 ? '±' : change < 0 ? '−' : '+';
}

function formatPercent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

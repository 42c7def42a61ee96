import type { CandidateReport, CompareReport } from './comparison.js';
import { formatBytes, formatFigure } from './format.js';
import type { RateReport } from './run.js';
import { renderTable } from './table.js';
import { wrapText } from './text.js';

/** All files side by side, the largest first, those on the Pareto front marked. */
export function renderCompareTable(report: CompareReport, width: number): string {
  const { text, baseline, candidates, speed } = report;
  const of = text.windows < text.windowsOfText ? ` of ${text.windowsOfText}` : '';
  const title = `Text: ${text.source}, ${text.windows}${of} windows of ${text.context} tokens, second half scored`;
  const times = (one: { readonly prompt: RateReport | null; readonly generation: RateReport | null }) =>
    speed === null ? [] : [formatRate(one.prompt), formatRate(one.generation)];
  const head = [
    '',
    '',
    'size',
    'perplexity',
    'KL divergence',
    'same next token',
    ...(speed === null ? [] : ['prompt', 'generation']),
    '',
  ];
  const original = [
    '',
    'original',
    formatBytes(baseline.bytes),
    formatFigure(baseline.loss.perplexity),
    '–',
    '–',
    ...times(baseline),
  ];
  const row = (candidate: CandidateReport) => [
    candidate.dominatedBy === null ? '*' : '',
    candidate.name,
    formatBytes(candidate.bytes),
    formatFigure(candidate.loss.perplexity),
    formatWithError(candidate.divergence.mean, candidate.divergence.error),
    `${(100 * candidate.divergence.sameTop).toFixed(1)} %`,
    ...times(candidate),
    candidate.dominatedBy === null ? '' : `worse than ${candidate.dominatedBy}`,
  ];
  const lines = renderTable(
    [head, original, ...candidates.map(row)],
    ['left', 'left', ...Array.from({ length: head.length - 3 }, () => 'right' as const), 'left'],
  );
  return [title, ...lines.map((line) => ` ${line}`), '', wrapText(explainMarks(report), width)].join('\n');
}

/** What to take at each size, and what was left out. */
export function renderCompareChoices({ sizes, leftOut }: CompareReport, width: number): string {
  return [
    ...leftOut.map(({ sentence }) => wrapText(sentence, width)),
    ...(leftOut.length === 0 ? [] : ['']),
    ...sizes.map(({ sentence }) => wrapText(sentence, width)),
  ].join('\n');
}

function explainMarks({ speed }: CompareReport): string {
  const marks = '* No other file is both no larger and no further from the original.';
  if (speed === null) return marks;
  const turns = speed.interleaved ? '' : ', not all in turns for want of memory';
  return (
    `${marks} Prompt and generation in tokens/s, of ${speed.promptTokens} and ${speed.generatedTokens} tokens: ` +
    `median${turns}.`
  );
}

function formatRate(rate: RateReport | null): string {
  return rate === null ? '–' : formatFigure(rate.median);
}

/** The error to as many digits as the value: `0.167 ± 0.007`. */
function formatWithError(value: number, error: number): string {
  const shown = formatFigure(value);
  const digits = shown.split('.')[1]?.length ?? 0;
  return `${shown} ± ${Number.isFinite(error) ? error.toFixed(Math.min(digits, 6)) : '–'}`;
}

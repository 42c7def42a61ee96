import { escapeUnsafe } from '../gguf/index.js';
import { formatBytes, formatChange, formatFigure } from './format.js';
import type { BlockReport, EvaluationReport, RunReport } from './run.js';
import { renderBar, renderTable } from './table.js';

/** How text is laid out. */
export interface TextStyle {
  /** Characters in a line. */
  readonly width: number;
  /** Wraps text in a colour; the identity where there is none. */
  readonly mark: (text: string) => string;
}

/** The blocks with their scores as bars, dropped ones marked. */
export function renderBlocks(report: RunReport, { width, mark }: TextStyle): string {
  // without scores of their own blocks may still have been measured
  const title = escapeUnsafe(report.scored?.column ?? 'influence');
  const field = report.scored === null ? 'blockInfluence' : 'score';
  const isMeasured = report.blocks.some((block) => block[field] !== null);
  const hasKinds = new Set(report.blocks.map(({ kind }) => kind)).size > 1;
  const highest = Math.max(...report.blocks.map((block) => block[field] ?? 0));
  const barWidth = Math.max(8, Math.min(32, width - 40));

  const columns = (block: BlockReport) => [
    ` ${block.index}`,
    ...(isMeasured
      ? [renderBar(block[field] ?? 0, highest, barWidth), formatScore(block[field], highest)]
      : []),
    ...(hasKinds ? [block.kind] : []),
    formatBytes(block.bytes),
    describeFate(block),
  ];
  const head = ['block', ...(isMeasured ? [title, ''] : []), ...(hasKinds ? ['kind'] : []), 'size', ''];
  const lines = renderTable(
    [head, ...report.blocks.map(columns)],
    [
      'right',
      ...(isMeasured ? (['left', 'right'] as const) : []),
      ...(hasKinds ? (['left'] as const) : []),
      'right',
      'left',
    ],
  );
  return lines.map((line, i) => (describeFate(report.blocks[i - 1]) === '' ? line : mark(line))).join('\n');
}

/** What becomes of a block; empty where it stays as it is. */
function describeFate(block: BlockReport | undefined): string {
  if (block?.dropped) return 'drop';
  return block?.droppedAttention ? 'drop attention' : '';
}

/** As many digits for all as tell the highest one in three. */
function formatScore(score: number | null, highest: number): string {
  if (score === null) return '–';
  if (highest >= 1e9 || (highest > 0 && highest < 1e-6)) return score.toExponential(2);
  if (highest >= 999.5) return score.toFixed(0);
  return score.toFixed(highest >= 0.02 || highest <= 0 ? 3 : 2 - Math.floor(Math.log10(highest)));
}

/** What the drop cost and what it bought, before and after. */
export function renderEvaluation({ before, after, ...evaluation }: EvaluationReport): string {
  const row = (title: string, a: number, b: number, format: (value: number) => string) => [
    title,
    format(a),
    format(b),
    formatChange(a, b),
  ];
  const rows = [
    ['', 'before', 'after', 'change'],
    row('file', before.bytes, after.bytes, formatBytes),
    row('perplexity (held out)', before.perplexity, after.perplexity, formatFigure),
    ['KL divergence, mean', '–', formatFigure(evaluation.divergence.mean), ''],
    ['same next token', '–', `${(100 * evaluation.divergence.sameTop).toFixed(0)} %`, ''],
    row('prompt, tokens/s', before.prompt.median, after.prompt.median, formatFigure),
    row('generation, tokens/s', before.generation.median, after.generation.median, formatFigure),
  ];
  return renderTable(
    rows.map(([title = '', ...cells]) => [` ${title}`, ...cells]),
    ['left', 'right', 'right', 'right'],
  ).join('\n');
}

/** Fills lines up to a width, each indented by one space. */
export function wrapText(text: string, width: number): string {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line.length + 1 + word.length > width && line !== '') lines.push(` ${word}`);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines.join('\n');
}

/** A Markdown table; columns after the first ones, of words, to the right. */
export function renderTable(head, rows, words = 1) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i < words ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

export const percent = (share) => `${Math.round(100 * share)} %`;

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** A ratio of perplexities: digits enough to tell it, and no more. */
export const formatRatio = (ratio) =>
  ratio >= 1000 ? ratio.toExponential(1) : ratio >= 100 ? ratio.toFixed(0) : ratio.toFixed(2);

import stringWidth from 'string-width';

export type Alignment = 'left' | 'right';

/** Lines of a table whose columns are as wide as their widest cell, two spaces apart. */
export function renderTable(
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[],
): readonly string[] {
  const widths = alignments.map((_, column) =>
    Math.max(...rows.map((row) => stringWidth(row[column] ?? ''))),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const space = ' '.repeat((widths[column] ?? 0) - stringWidth(cell));
        return alignments[column] === 'right' ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd(),
  );
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of eighths of a character; a value above nothing shows at least one eighth. */
export function renderBar(value: number, highest: number, width: number): string {
  if (!(value > 0) || !(highest > 0)) return '';
  const parts = Math.max(1, Math.round((Math.min(1, value / highest) || 0) * width * 8));
  return '█'.repeat(Math.floor(parts / 8)) + (eighths[parts % 8] ?? '');
}

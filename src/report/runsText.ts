import { listRunFigures, nameRuns, runFigureTitles } from './runFigures.js';
import type { RunReport } from './run.js';
import { renderTable } from './table.js';
import { escapeUnsafe } from '../gguf/index.js';

/** Several runs side by side, a column each: file names are long. */
export function renderRuns(runs: readonly RunReport[]): string {
  const named = nameRuns(runs);
  const figures = named.map(({ run }) => listRunFigures(run));
  const names = named.map(({ name }, i) => ` ${i + 1}  ${escapeUnsafe(name)}`);
  const rows = [
    ['', ...named.map((_, i) => `${i + 1}`)],
    ...runFigureTitles.map((title, row) => [title, ...figures.map((column) => column[row] ?? '')]),
  ];
  const lines = renderTable(rows, ['left', ...named.map(() => 'right' as const)]);
  return [...names, '', ...lines.map((line) => ` ${line}`)].join('\n');
}

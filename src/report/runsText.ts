import { escapeUnsafe } from '../gguf/index.js';
import type { RunReport } from './run.js';
import { listRunFigures, numberRuns, runFigureTitles, warnOfRuns } from './runFigures.js';
import { renderTable } from './table.js';
import { wrapText } from './text.js';

/** Several runs side by side, a column each: file names are long. */
export function renderRuns(runs: readonly RunReport[], width = 100): string {
  const numbered = numberRuns(runs);
  const figures = numbered.map(({ run }) => listRunFigures(run).map(escapeUnsafe));
  const rows = [
    ['', ...numbered.map(({ number }) => number)],
    ...runFigureTitles.map((title, row) => [title, ...figures.map((column) => column[row] ?? '')]),
  ];
  const lines = renderTable(rows, ['left', ...numbered.map(() => 'right' as const)]);
  const warning = warnOfRuns(runs);
  return [
    ...numbered.map(({ name }) => ` ${escapeUnsafe(name)}`),
    '',
    ...lines.map((line) => ` ${line}`),
    ...(warning === undefined ? [] : ['', wrapText(warning, width)]),
  ].join('\n');
}

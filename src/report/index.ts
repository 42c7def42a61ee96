export { formatBytes, formatChange, formatFigure, formatParameters } from './format.js';
export type * from './run.js';
export { renderTable, renderBar, type Alignment } from './table.js';
export { renderBlocks, renderEvaluation, wrapText, type TextStyle } from './text.js';

export { renderCompareChoices, renderCompareTable } from './compareText.js';
export type * from './comparison.js';
export { formatBytes, formatChange, formatFigure, formatParameters } from './format.js';
export { renderEvalGeneration, renderEvalSpeed, renderEvalTasks, renderEvalText } from './evalText.js';
export type * from './evaluation.js';
export type * from './generationReport.js';
export type * from './run.js';
export { renderTable, renderBar, type Alignment } from './table.js';
export { renderBlocks, renderEvaluation, wrapText, type TextStyle } from './text.js';

export { defaultCharacters, renderExcerpts, type ExcerptStyle } from './excerpts.js';
export { formatBytes, formatChange, formatFigure, formatParameters } from './format.js';
export { renderGeneration, renderGenerationGroups } from './generation.js';
export type * from './generationReport.js';
export type * from './run.js';
export { renderTable, renderBar, type Alignment } from './table.js';
export { renderBlocks, renderEvaluation, wrapText, type TextStyle } from './text.js';
export { breakLines, cutText } from './wrap.js';

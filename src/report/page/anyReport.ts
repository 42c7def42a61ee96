import type { CompareReport } from '../comparison.js';
import type { EvalReport } from '../evaluation.js';
import type { RunReport } from '../run.js';

/** Whatever a command saves. */
export type AnyReport = RunReport | EvalReport | CompareReport;

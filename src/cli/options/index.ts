/** The options of all commands: declared once a stage, shared by the commands that have the stage. */
export {
  backendOptions,
  measureOptions,
  modelPositional,
  outputOptions,
  pageBesideOption,
  pageOption,
  textOptions,
  type MeasureArgs,
} from './shared.js';
export { budgetOptions } from './choosing.js';
export { compareOptions, type CompareArgs } from './compare.js';
export { evalOptions, type EvalArgs } from './evaluate.js';
export { healOptions, type HealArgs, type HealingArgs } from './heal.js';
export { commandNames, optionNames, repeatableOptions } from './names.js';
export { pruneOptions, type PruneArgs } from './prune.js';
export { scoreOptions, type ScoreArgs } from './score.js';
export { reportOptions, type ReportArgs } from './report.js';

export {
  checkDropped,
  checkDroppedAttention,
  countDropped,
  defaultAmount,
  formatBlockList,
  parseBlockList,
  type Amount,
  type CountedAmount,
  type NamedAmount,
} from './amount.js';
export {
  checkBudget,
  checkDemand,
  checkPlanned,
  checkReach,
  findWithinBudget,
  judgeBudget,
  type Budget,
  type BudgetStep,
  type DropFigures,
} from './budget.js';
export { countDrop, formatDrop } from './formatDrop.js';
export { findLowest, isAllowed, type ChoiceConstraints } from './lowest.js';
export { findLowestRun } from './run.js';
export { measureMargin, type ChoiceMargin } from './margin.js';
export * from './search/index.js';

export {
  checkDropped,
  countDropped,
  defaultAmount,
  formatBlockList,
  parseBlockList,
  type Amount,
} from './amount.js';
export { findLowest, isAllowed, type ChoiceConstraints } from './lowest.js';
export { measureMargin, type ChoiceMargin } from './margin.js';
export * from './search/index.js';

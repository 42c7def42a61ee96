export {
  checkDropped,
  countDropped,
  defaultAmount,
  formatBlockList,
  parseBlockList,
  type Amount,
} from './amount.js';
export { findLowest, type ChoiceConstraints } from './lowest.js';
export { measureMargin, type ChoiceMargin } from './margin.js';

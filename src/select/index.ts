export {
  checkDropped,
  countDropped,
  defaultAmount,
  formatBlockList,
  parseBlockList,
  type Amount,
} from './amount.js';
export { chooseLowest, measureMargin, type ChoiceMargin } from './lowest.js';

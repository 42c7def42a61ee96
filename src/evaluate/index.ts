export {
  findLargestDifference,
  measureAgreement,
  measureLoss,
  type LossOptions,
  type LossResult,
  type LossSource,
} from './perplexity.js';
export {
  compareSpeed,
  speedDefaults,
  type Rate,
  type SpeedMeasure,
  type SpeedOptions,
  type SpeedSource,
} from './speed.js';
export { measureInStock } from './stockCheck.js';
export { gradeLimits, judgePerplexity, type Grade, type Verdict } from './verdict.js';

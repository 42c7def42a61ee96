export {
  compareModels,
  compareSeveral,
  compareWindow,
  measureAgreement,
  summariseComparison,
  type Candidate,
  type Comparison,
  type Divergence,
  type WindowComparison,
} from './divergence.js';
export {
  averageValues,
  findLargestDifference,
  measureLoss,
  summariseLosses,
  undefinedLoss,
  type LossOptions,
  type LossResult,
  type LossSource,
  type WindowLosses,
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
export { cutText, textDefaults, type LossWindow, type ScoredWindow, type TextRule } from './textWindows.js';
export { gradeLimits, judgePerplexity, type Grade, type Verdict } from './verdict.js';
export { encodeQuestions } from './likelihood/encode.js';
export { scoreQuestions } from './likelihood/score.js';
export * from './generation/index.js';
export * from './tasks/index.js';
export * from './limits.js';

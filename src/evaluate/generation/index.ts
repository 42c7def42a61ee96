export {
  compareTexts,
  type CountDifference,
  type GenerationComparison,
  type GroupDifference,
  type MeanDifference,
} from './compare.js';
export { openDetector, type DetectLanguage, type Detection } from './detector.js';
export { chooseExcerpts, type TextExcerpt } from './excerpts.js';
export {
  generationLimits,
  hopelessShare,
  judgeGeneration,
  leastPairs,
  type GenerationGrade,
  type GenerationVerdict,
} from './judge.js';
export { judgeLanguage, languageLimits, type LanguageJudgement } from './language.js';
export { findLoop, loopLimits } from './loop.js';
export { earlyTokens, measureText, measureTexts } from './measure.js';
export { measureDistinct, measureRepetition } from './ngrams.js';
export type { TextPair } from './pair.js';
export { parsePromptJson, parsePromptText } from './parsePrompts.js';
export { readPrompts } from './prompts.js';
export { languageCodes, measureForeignLetters } from './scripts.js';
export {
  meanMeasures,
  signNames,
  summariseTexts,
  type Count,
  type GenerationSummary,
  type GroupedSummary,
  type MeanMeasure,
  type Sign,
} from './summary.js';
export type { GeneratedText, Loop, Prompt, TextMeasures } from './types.js';

export {
  judgeChoices,
  measureAccuracy,
  measureGroups,
  predictOption,
  type GroupAccuracy,
} from './accuracy.js';
export { compareAccuracy, type AccuracyDifference } from './compareAccuracy.js';
export { cutAtStop, judgeWritten, type WrittenOutcome } from './judgeWritten.js';
export type { DownloadProgress } from './locate/download.js';
export { parseSources, type DataSource } from './locate/source.js';
export { readTask, type TaskQuestions, type TaskRequest } from './readTask.js';
export { findTask, tasks } from './registry.js';
export type { HubPlace, TaskFiles, TaskRules } from './taskRules.js';
export type {
  Accuracy,
  AccuracyRule,
  ChoiceQuestion,
  Option,
  OptionScore,
  Question,
  WrittenQuestion,
} from './types.js';

import type { Stage } from '../index.js';

/** How a stage is called, and what it counts. */
export const stages: Readonly<Record<Stage, { readonly title: string; readonly unit: Unit }>> = {
  hash: { title: 'Reading', unit: 'bytes' },
  load: { title: 'Loading', unit: 'share' },
  score: { title: 'Scoring', unit: 'windows' },
  weigh: { title: 'Reading weights', unit: 'blocks' },
  search: { title: 'Searching', unit: 'passes' },
  heal: { title: 'Healing', unit: 'steps' },
  distil: { title: "Reading the original's answers", unit: 'windows' },
  train: { title: 'Training', unit: 'steps' },
  columns: { title: 'Weighing columns', unit: 'windows' },
  merge: { title: 'Merging', unit: 'matrices' },
  write: { title: 'Writing', unit: 'bytes' },
  check: { title: 'Checking', unit: 'steps' },
  evaluate: { title: 'Evaluating', unit: 'windows' },
  download: { title: 'Downloading', unit: 'bytes' },
  text: { title: 'Reading text', unit: 'windows' },
  task: { title: 'Asking', unit: 'questions' },
  generate: { title: 'Writing', unit: 'texts' },
  compose: { title: 'Letting the model write', unit: 'tokens' },
  quantise: { title: 'Quantising', unit: 'files' },
  time: { title: 'Timing', unit: 'rounds' },
};

export type Unit =
  | 'bytes'
  | 'share'
  | 'windows'
  | 'tokens'
  | 'blocks'
  | 'steps'
  | 'rounds'
  | 'questions'
  | 'texts'
  | 'files'
  | 'matrices'
  | 'passes';

/** A time in words: `3 min 20 s`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return whole < 3600
    ? `${Math.floor(whole / 60)} min ${whole % 60} s`
    : `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

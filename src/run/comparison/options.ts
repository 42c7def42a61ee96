import type { MetricName } from '../../score/index.js';
import type { TextRequest } from '../evaluation/options.js';
import type { RunOptions } from '../options.js';

/** What to compare, and how. */
export interface CompareRequest extends Omit<
  RunOptions,
  'windows' | 'windowTokens' | 'beside' | 'sequences' | 'sharedCells'
> {
  readonly model: string;
  /** The most bytes of a file, each less than the model has. Default: the size of each plain quantisation. */
  readonly sizes?: readonly number[] | undefined;
  /** Names of llama.cpp's quantisations. Default: those that are usual. */
  readonly types?: readonly string[] | undefined;
  /** What blocks are chosen by. Default: none; they are searched for, as `prune` does. */
  readonly metric?: MetricName | undefined;
  /** What the loss is measured on. Default: the built-in text. */
  readonly text?: Omit<TextRequest, 'stride'> | undefined;
  /** A folder that the quantised files are kept in. Default: they are removed. */
  readonly keep?: string | undefined;
  /** False: no times are taken. */
  readonly speed?: boolean | undefined;
  /** Where figures are kept, so that a run that was stopped goes on. Default: the user's cache. */
  readonly cacheFolder?: string | undefined;
  /** Measure anew what was measured before. */
  readonly fresh?: boolean | undefined;
}

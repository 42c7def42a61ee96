import type { DataSource } from '../../evaluate/index.js';
import type { RunOptions } from '../options.js';

/** What to evaluate, and how. */
export interface EvalRequest extends Omit<
  RunOptions,
  'calibration' | 'windows' | 'windowTokens' | 'beside' | 'sequences' | 'sharedCells'
> {
  readonly model: string;
  /** The original, to compare with. */
  readonly against?: string | undefined;
  /** Perplexity; false for none. Default: on the built-in text. */
  readonly text?: TextRequest | false | undefined;
  /** Default: none. */
  readonly tasks?: readonly TaskSelection[] | undefined;
  /** False for none. Default: the built-in prompts. */
  readonly generation?: GenerationSelection | false | undefined;
  /** False for none. */
  readonly speed?: boolean | undefined;
  /** Limits, as `kld>0.1,ppl>+15%`. */
  readonly failIf?: string | undefined;
  /** Where figures are kept, so that a run that was stopped goes on. Default: the user's cache. */
  readonly cacheFolder?: string | undefined;
  /** Measure anew what was measured before. */
  readonly fresh?: boolean | undefined;
}

export interface TextRequest {
  /** A text file. Default: the built-in text. */
  readonly file?: string | undefined;
  /** Tokens of a window. Default: 512, or the model's context if that is less. */
  readonly context?: number | undefined;
  /** Slide a window over the text by so many tokens. Default: windows by the rules of llama-perplexity. */
  readonly stride?: number | undefined;
  /** The most windows. Default: all of a text that is given, 16 of the built-in one. */
  readonly windows?: number | undefined;
}

export interface TaskSelection {
  /** Name of a task, or any name for a file of one's own. */
  readonly task: string;
  readonly source: DataSource;
  readonly shots?: number | undefined;
  /** The most questions, evenly spaced over all. Default: all. */
  readonly limit?: number | undefined;
}

export interface GenerationSelection {
  /** A file of prompts. Default: the built-in ones. */
  readonly prompts?: string | undefined;
  /** The most tokens of a text. Default: 96. */
  readonly tokens?: number | undefined;
  /** Texts a prompt that are sampled, beside the one of the most likely tokens. Default: 1. */
  readonly samples?: number | undefined;
}

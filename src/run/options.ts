import type { ModelOptions } from '../native/index.js';
import type { BackendReport, EvalReport, ModelReport, RunReport } from '../report/index.js';
import type { MetricName } from '../score/index.js';
import type { Amount } from '../select/index.js';
import type { HealingOptions } from './heal/options.js';
import type { KeepOptions, SearchOptions } from './search/options.js';
import type { SettleAmount } from './search/searchBlocks.js';

/** A stage of a run that takes time. */
export type Stage =
  | 'hash'
  | 'load'
  | 'score'
  | 'weigh'
  | 'search'
  | 'heal'
  | 'distil'
  | 'train'
  | 'columns'
  | 'merge'
  | 'write'
  | 'check'
  | 'evaluate'
  | 'download'
  | 'text'
  | 'task'
  | 'generate'
  | 'compose'
  | 'quantise'
  | 'time';

/** What happens while a run is under way. */
export type RunEvent =
  | {
      readonly kind: 'progress';
      readonly stage: Stage;
      readonly done: number;
      readonly total: number;
      /** Which of several of the stage, such as the name of a task. */
      readonly part?: string | undefined;
      /** What is known so far, in a few words, to be shown beside the time. */
      readonly detail?: string | undefined;
    }
  | { readonly kind: 'note'; readonly text: string }
  /** The model is loaded; nothing is measured yet. */
  | { readonly kind: 'opened'; readonly report: RunReport }
  /** The model is loaded; nothing is compared yet. */
  | {
      readonly kind: 'comparing';
      readonly original: ModelReport;
      readonly backend: BackendReport;
      readonly blocks: number;
    }
  /** A part of an evaluation is done; the first time none is. */
  | { readonly kind: 'evaluated'; readonly report: EvalReport }
  /** The blocks to drop are chosen; nothing is written yet. */
  | { readonly kind: 'chosen'; readonly report: RunReport };

/** What to measure on. */
export interface CalibrationOptions {
  /**
   * A .txt file, a .json file with an array of arrays of token ids, or `self:24000`, text of so many tokens that the model
   * writes. Default: the built-in text.
   */
  readonly calibration?: string | undefined;
  /**
   * Windows to score on, spread evenly, if there are as many; `auto`: until the choice by a metric is settled, 64 at most.
   * Default: 16 of a text, all of token ids.
   */
  readonly windows?: number | 'auto' | undefined;
  /** Tokens of a window. Default: 512, or the model's context if that is less. */
  readonly windowTokens?: number | undefined;
}

export interface RunOptions
  extends CalibrationOptions, Omit<ModelOptions, 'onProgress' | 'onNote' | 'contextTokens'> {
  readonly onEvent?: ((event: RunEvent) => void) | undefined;
  /** The arguments of the command line that asks for this, to be kept in the report. */
  readonly invocation?: readonly string[] | undefined;
}

export interface ScoreRequest extends RunOptions, KeepOptions {
  readonly model: string;
  /** What blocks are scored by. Default: block-influence. */
  readonly metric?: MetricName | undefined;
}

/** Files that go with the model, each to be pruned beside it. */
export interface CompanionOptions {
  /** Importance matrices, in GGUF. */
  readonly imatrix?: readonly string[] | undefined;
  /** LoRA adapters. */
  readonly lora?: readonly string[] | undefined;
  readonly controlVector?: readonly string[] | undefined;
}

export interface PruneRequest extends ScoreRequest, CompanionOptions, SearchOptions, HealingOptions {
  /** Default: beside the model, named after it. */
  readonly output?: string | undefined;
  /** What blocks are ranked by: the lowest go, unless a search is asked for. Default: none; they are searched for. */
  readonly metric?: MetricName | undefined;
  /** Default: a quarter of the blocks. */
  readonly amount?: Amount | undefined;
  /**
   * Settles how many blocks go, of the sizes up to `amount`, once a search has found what each does; not asked where whole
   * blocks are not searched for size by size.
   */
  readonly settleAmount?: SettleAmount | undefined;
  readonly overwrite?: boolean | undefined;
  /** Drop only what older runtimes, which know patterns of blocks by their period alone, read the same. Default: no. */
  readonly portable?: boolean | undefined;
  /** The most bytes of a file to write; a larger model is written as several. Default: one file of any size. */
  readonly splitMaxBytes?: number | undefined;
  /** Limits that the result must keep, as `kld>0.1,ppl>+15%`; judged in the report. */
  readonly failIf?: string | undefined;
  /** Choose, but write nothing. */
  readonly dryRun?: boolean | undefined;
}

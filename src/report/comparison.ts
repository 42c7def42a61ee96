/** A comparison of pruned files with plain quantisations, as it is saved by `compare --json`. */
import type { LossReport } from './evaluation.js';
import type {
  BackendReport,
  DivergenceReport,
  ModelReport,
  RateReport,
  SearchReport,
  ToolReport,
} from './run.js';

export interface CompareReport {
  /** Changes whenever a reader of older reports would be misled. */
  readonly schema: 'prune-gguf/compare@1';
  /** The arguments of the command line that it was run by; null when a program ran it. */
  readonly invocation: readonly string[] | null;
  readonly tool: ToolReport;
  readonly backend: BackendReport;
  readonly original: ModelReport;
  readonly text: CompareTextReport;
  /** Name of the metric that blocks were chosen by; null when they were searched for. */
  readonly metric: string | null;
  /** How they were searched for; null when they were not. */
  readonly search: SearchReport | null;
  /** Null when no times were taken. */
  readonly speed: CompareSpeedReport | null;
  readonly baseline: BaselineReport;
  /** The largest first. */
  readonly candidates: readonly CandidateReport[];
  /** The largest first. */
  readonly sizes: readonly SizeReport[];
  /** Quantisations that were asked for and are not compared. */
  readonly leftOut: readonly LeftOutReport[];
}

export interface CompareTextReport {
  readonly source: string;
  /** Over the text's bytes. */
  readonly sha256: string;
  readonly context: number;
  readonly windows: number;
  /** How many windows the text has. */
  readonly windowsOfText: number;
  /** Tokens scored. */
  readonly tokens: number;
}

export interface CompareSpeedReport {
  readonly promptTokens: number;
  readonly generatedTokens: number;
  /** Whether all files were timed in turns; otherwise some of them at another time. */
  readonly interleaved: boolean;
}

/** The model as it is. */
export interface BaselineReport extends TimesReport {
  readonly bytes: number;
  readonly loss: LossReport;
}

interface TimesReport {
  /** Tokens per second, of one text; null when no times were taken. */
  readonly prompt: RateReport | null;
  readonly generation: RateReport | null;
}

/** A file that could be taken instead of the original. */
export interface CandidateReport extends TimesReport {
  /** `Q4_0`, or `27 of 30 blocks`. */
  readonly name: string;
  readonly kind: 'quantised' | 'pruned';
  /** Blocks left out, counted as in the model; none of a quantised file. */
  readonly dropped: readonly number[];
  readonly bytes: number;
  /** Of a quantised file; a pruned one is measured without being written. */
  readonly sha256: string | null;
  /** Where it is kept; null when it was removed. */
  readonly file: string | null;
  readonly loss: LossReport;
  /** From the original. */
  readonly divergence: DivergenceReport;
  readonly grade: string;
  /** The candidate that is no larger and no further from the original, and better by one of them; null for none. */
  readonly dominatedBy: string | null;
}

/** What to take at a size. */
export interface SizeReport {
  readonly bytes: number;
  /** Names of the pruned and the quantised candidate of at most that size that are closest to the original. */
  readonly pruned: string | null;
  readonly quantised: string | null;
  readonly take: string | null;
  readonly reason: 'nothing' | 'only' | 'closer' | 'faster' | 'close';
  /** Mean divergence of the one that is not taken − that of the one that is, in nats; null unless there are two. */
  readonly gap: { readonly mean: number; readonly error: number } | null;
  readonly sentence: string;
}

export interface LeftOutReport {
  readonly type: string;
  /** Null when it was not made. */
  readonly bytes: number | null;
  readonly sentence: string;
}

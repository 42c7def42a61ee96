/**
 * An evaluation as it is saved by `eval --json`. The JSON schema in schema/eval.json is generated from these types.
 * `before` is the original's, `after` the model's; without an original `before` is null.
 */
import type { GenerationReport } from './generationReport.js';
import type {
  BackendReport,
  DivergenceReport,
  LimitReport,
  ModelReport,
  RateReport,
  ToolReport,
} from './run.js';

export interface EvalReport {
  /** Changes whenever a reader of older reports would be misled. */
  readonly schema: 'prune-gguf/eval@1';
  /** The arguments of the command line that it was run by; null when a program ran it. */
  readonly invocation: readonly string[] | null;
  readonly tool: ToolReport;
  readonly backend: BackendReport;
  readonly model: ModelReport;
  /** What it is compared with. */
  readonly original: ModelReport | null;
  /** Parts that were not asked for are null, or empty. */
  readonly text: TextReport | null;
  readonly tasks: readonly TaskReport[];
  readonly generation: GenerationReport | null;
  readonly speed: SpeedReport | null;
  /** The limits of --fail-if. */
  readonly limits: readonly LimitReport[];
}

/** Perplexity and divergence over a text. */
export interface TextReport {
  readonly source: string;
  /** Over the text's bytes. */
  readonly sha256: string;
  /** Half of each window scored, as llama-perplexity does, or a window that slides over the text. */
  readonly rule: 'halves' | 'sliding';
  readonly context: number;
  readonly stride: number | null;
  readonly windows: number;
  /** How many windows the text has. */
  readonly windowsOfText: number;
  /** Tokens scored. */
  readonly tokens: number;
  readonly before: LossReport | null;
  readonly after: LossReport;
  readonly divergence: DivergenceReport | null;
  readonly verdict: VerdictReport | null;
}

export interface VerdictReport {
  readonly grade: string;
  readonly sentence: string;
}

export interface LossReport {
  readonly perplexity: number;
  /** Mean loss in nats and its standard error over tokens. */
  readonly loss: number;
  readonly lossError: number;
}

export interface TaskReport {
  readonly name: string;
  readonly title: string;
  readonly questions: number;
  /** Examples before each question. */
  readonly shots: number;
  /** How the main figure finds the best option; null where answers are written. */
  readonly rule: 'raw' | 'perCharacter' | 'perToken' | null;
  /** The accuracy of guessing. */
  readonly chance: number;
  readonly before: TaskFigures | null;
  readonly after: TaskFigures;
  /** Accuracy after − before, question by question. */
  readonly difference: AccuracyDifferenceReport | null;
  /** What was left out, chosen or cut. */
  readonly notes: readonly string[];
}

export interface AccuracyReport {
  /** Share of right answers, 0 to 1. */
  readonly value: number;
  /** Standard error; null from a single question. */
  readonly error: number | null;
}

export interface TaskFigures {
  /** By the task's rule. */
  readonly accuracy: AccuracyReport;
  /** By each rule; null where answers are written. */
  readonly raw: AccuracyReport | null;
  readonly perCharacter: AccuracyReport | null;
  readonly perToken: AccuracyReport | null;
  /** By subject, by the task's rule. */
  readonly groups: readonly SubjectReport[];
}

export interface SubjectReport extends AccuracyReport {
  readonly group: string;
  readonly questions: number;
}

export interface AccuracyDifferenceReport {
  readonly value: number;
  readonly error: number | null;
  /** Questions that only the model, and that only the original, got right. */
  readonly gained: number;
  readonly lost: number;
}

/** Each by how many texts are processed side by side. */
export interface SpeedReport {
  /** Of one text. */
  readonly promptTokens: number;
  readonly generatedTokens: number;
  /** Whether both models were timed in turns; otherwise one after the other. */
  readonly interleaved: boolean;
  readonly before: SpeedFigures | null;
  readonly after: SpeedFigures;
}

export interface SpeedFigures {
  readonly bytes: number;
  /** The most main memory that a process with the model had at once, the timing included; in bytes. */
  readonly peakMemory: number;
  /** Memory of the device taken; null on the CPU. */
  readonly deviceMemory: number | null;
  /** Until the first token after the prompt, of one text; in seconds. */
  readonly firstToken: { readonly median: number; readonly lowest: number; readonly highest: number };
  readonly batches: readonly BatchReport[];
}

/** Tokens per second, of all texts together. */
export interface BatchReport {
  readonly texts: number;
  readonly rounds: number;
  readonly prompt: RateReport;
  readonly generation: RateReport;
}

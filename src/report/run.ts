/**
 * A run as it is saved by `--json`: enough to repeat it and to draw every report from. The JSON schema in
 * schema/run.json is generated from these types.
 */
export interface RunReport {
  /** Changes whenever a reader of older reports would be misled. */
  readonly schema: 'prune-gguf/run@1';
  readonly command: 'prune' | 'heal' | 'score';
  /** The arguments of the command line that it was run by; null when a program ran it. */
  readonly invocation: readonly string[] | null;
  readonly tool: ToolReport;
  readonly backend: BackendReport;
  readonly model: ModelReport;
  /** Null when nothing was measured on a text. */
  readonly calibration: CalibrationReport | null;
  /** Name of the metric that the blocks were chosen by; null when they were searched for, or named by hand. */
  readonly metric: string | null;
  /** What an earlier file says that the blocks were chosen by, where it was healed anew; null otherwise. */
  readonly recordedMethod: string | null;
  /** What the scores of the blocks are; null where they have none. */
  readonly scored: ScoredReport | null;
  readonly blocks: readonly BlockReport[];
  /** What lies in no block: embeddings, output head, final norm. */
  readonly shared: readonly SharedTensorReport[];
  /** Mean cosine of each state with each other one, by both places in the model; null where the states were not compared. */
  readonly similarity: readonly (readonly number[])[] | null;
  /** Blocks left out, ascending, counted as in the model. */
  readonly dropped: readonly number[];
  /** Blocks that lose their attention alone, ascending, counted as in the model. */
  readonly droppedAttention: readonly number[];
  /** How the blocks were searched for; null when they were not. */
  readonly search: SearchReport | null;
  /** Damage against number of blocks, ascending, as far as it was measured to choose; with a budget the last one may go too far. */
  readonly curve: readonly CurveStepReport[];
  /** How what the drop broke was healed; null when it was not. */
  readonly healing: HealingReport | null;
  /** How clearly the choice stands apart; null when it was not made by measured scores. */
  readonly margin: MarginReport | null;
  /** Null when no file was written. */
  readonly output: OutputReport | null;
  /** Null when nothing was dropped or no file was written. */
  readonly evaluation: EvaluationReport | null;
  /** The limits of --fail-if. */
  readonly limits: readonly LimitReport[];
}

/**
 * How far a model is from the original, over scored tokens. Divergences are Kullback-Leibler divergences from the
 * original's distribution, in nats. Errors are standard errors.
 */
export interface DivergenceReport {
  readonly mean: number;
  readonly error: number;
  readonly median: number;
  readonly percentile99: number;
  readonly highest: number;
  /** Share of tokens in whose place both hold the same token most likely. */
  readonly sameTop: number;
  readonly sameTopError: number;
  /** `ln(perplexity after ÷ before)`. */
  readonly logRatio: number;
  readonly logRatioError: number;
}

/** A limit of --fail-if. */
export interface LimitReport {
  /** As it was written. */
  readonly limit: string;
  readonly broken: boolean;
  /** What was compared with the bound; null when it could not be told. */
  readonly value: number | null;
  readonly bound: number;
  /** What is wrong; null when the limit is kept. */
  readonly sentence: string | null;
}

/** What the figures were made with. */
export interface ToolReport {
  readonly version: string;
  readonly llamaCpp: string;
  readonly node: string;
  readonly platform: string;
}

export interface BackendReport {
  /** `rpc`: on other machines, without a GPU on this one. */
  readonly gpu: 'off' | 'cuda' | 'vulkan' | 'metal' | 'rpc';
  readonly device: string;
  readonly threads: number;
  /** Whether weights were dequantised before multiplying. */
  readonly exact: boolean;
}

export interface ModelReport {
  /** Of a split model the first part. */
  readonly file: string;
  /**
   * Of the file. Of a split model: over the hashes of its parts, written as hexadecimal digits one after the other, in
   * order.
   */
  readonly sha256: string;
  /** Of all parts. */
  readonly bytes: number;
  /** The files that the model lies in: one, or the parts of a split model in order. */
  readonly parts: readonly SourceFileReport[];
  readonly architecture: string;
  readonly name: string;
  readonly quantisation: string;
  readonly parameters: number;
}

export interface SourceFileReport {
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface CalibrationReport {
  readonly source: string;
  /** Over the windows' token ids. */
  readonly sha256: string;
  readonly windows: number;
  /** How many there would have been had the choice not been settled before; null where it did not count them. */
  readonly mostWindows?: number | null;
  readonly tokens: number;
  /** Tokens of the longest window. */
  readonly windowTokens: number;
  readonly heldOutWindows: number;
}

/** What blocks were scored by, whether or not they were chosen by it. */
export interface ScoredReport {
  readonly metric: string;
  /** What it is called at the head of a column. */
  readonly column: string;
}

export interface BlockReport {
  readonly index: number;
  /** By the metric of `scored`; null where it could not be told. */
  readonly score: number | null;
  /** Standard error of the score over windows; null where unknown. */
  readonly scoreError: number | null;
  /** Scores are null where the blocks were not measured. */
  readonly blockInfluence: number | null;
  readonly relativeMagnitude: number | null;
  readonly angularDistance: number | null;
  /** Standard error of blockInfluence over windows; null where unknown. */
  readonly blockInfluenceError: number | null;
  readonly bytes: number;
  /** Its bytes by the type of its tensors. */
  readonly bytesByType: Readonly<Record<string, number>>;
  readonly parameters: number;
  /** How it mixes tokens: by attention over all of the text or a part, a recurrent state, both, or not at all. */
  readonly kind: 'full' | 'sliding' | 'chunked' | 'recurrent' | 'both' | 'none';
  readonly dropped: boolean;
  /** Whether it loses its attention alone. */
  readonly droppedAttention: boolean;
}

export interface SharedTensorReport {
  readonly name: string;
  readonly type: string;
  readonly bytes: number;
}

/** A search for the blocks that do least damage when they are left out. */
export interface SearchReport {
  readonly name: string;
  /** What was left out, one at a time: whole blocks, attention alone, or either. */
  readonly unit: 'block' | 'attention' | 'both';
  /** What damage is: the divergence from the whole model (kl), or what the loss grows by (perplexity); in nats a token. */
  readonly judge: 'kl' | 'perplexity';
  /** Null for a search that draws nothing. */
  readonly seed: number | null;
  /** Windows of the calibration that damage was measured on. */
  readonly windows: number;
  /** Passes that it took, with a metric of measured damage, beyond what earlier runs had measured; and the blocks run in them. */
  readonly passes: number;
  readonly blocks: number;
}

/** A drop that was found on the way. */
export interface CurveStepReport {
  readonly dropped: readonly number[];
  readonly droppedAttention: readonly number[];
  /** Mean damage on the windows of the search, in nats a token; null where it was not searched for, or is no finite number. */
  readonly damage: number | null;
  /** Null unless a budget was given. */
  readonly figures: DropFiguresReport | null;
}

/** What a drop would reach and cost. Costs are those before healing, null where the model computes no usable output. */
export interface DropFiguresReport {
  /** Of the file; the most that it may have where it is healed. */
  readonly bytes: number;
  /** Generation speed as a multiple of the whole model's, without healing; null unless the budget is about it. */
  readonly speedup: number | null;
  /** What the perplexity of the held-out windows grows by, as a share of the whole model's. */
  readonly perplexityIncrease: number | null;
  /** Mean divergence from the whole model on the held-out windows, in nats. */
  readonly kl: number | null;
}

/** How a drop was healed. Divergences are from the original, on windows that nothing was fitted to, in nats a token. */
export interface HealingReport {
  readonly methods: readonly string[];
  /** What the repairs were fitted to. */
  readonly text: string;
  readonly fittedTokens: number;
  readonly heldOutTokens: number;
  readonly divergenceBefore: number;
  readonly divergenceAfter: number;
  /** Repairs in closed form. */
  readonly steps: readonly HealingStepReport[];
  /** Null where nothing was trained; earlier versions trained nothing. */
  readonly training?: TrainingReport | null;
  /** What was asked for and not done, and why, in sentences; earlier versions did not say so here. */
  readonly refusals?: readonly string[];
}

/** What was trained after what was healed in closed form. */
export interface TrainingReport {
  /** An adapter, or matrices as they are. */
  readonly method: 'lora' | 'full';
  /** What was trained on. */
  readonly loss: 'divergence' | 'cross-entropy';
  /** What the distance of residual streams from the original's counted beside that; earlier versions: nothing. */
  readonly stream?: number;
  /** Of the adapter; null without one. */
  readonly rank: number | null;
  readonly alpha: number | null;
  /** How many matrices were trained, maps in gaps among them, and how many numbers in all. */
  readonly matrices: number;
  readonly parameters: number;
  /** The highest learning rate. */
  readonly rate: number;
  /** Windows of a step. */
  readonly batch: number;
  readonly windowTokens: number;
  /** That were trained on, those that came again counted again. */
  readonly tokens: number;
  /** That these were taken from. */
  readonly differentTokens: number;
  readonly steps: number;
  readonly plannedSteps: number;
  /** The step after which it was best; 0: none was better than the beginning. */
  readonly bestStep: number;
  readonly seconds: number;
  readonly ended: 'all steps' | 'no more gain' | 'stopped' | 'diverged';
  readonly course: readonly TrainingJudgementReport[];
  readonly divergenceBefore: number;
  /** The least of the course; once matrices are judged as they would be written, of those. */
  readonly divergenceTrained: number;
  /** Put into the matrices, and quantised; null where an adapter is a file of its own. */
  readonly divergenceMerged: number | null;
  /** Whether it is in the file, or a file of its own. */
  readonly kept: boolean;
}

/** What held-out windows said during training. */
export interface TrainingJudgementReport {
  readonly step: number;
  readonly seconds: number;
  readonly divergence: number;
  /** On what was trained on since the judgement before; null at the beginning. */
  readonly trainedDivergence: number | null;
  /** Whether it judges matrices of narrow types as they would be written, or as floats. */
  readonly rounded: boolean;
}

/** One repair that was tried. */
export interface HealingStepReport {
  /** A matrix refitted, or a linear map put in a gap. */
  readonly kind: 'refit' | 'patch';
  /** Whose matrix it is, or the dropped block that the map stands for; counted as in the model. */
  readonly block: number;
  /** Whether it is in the file: only if the divergence is less with it. */
  readonly kept: boolean;
  /** Why it was not tried; null where it was. */
  readonly skipped: string | null;
  /** Since healing began, when it was done with. */
  readonly seconds: number;
  readonly fit: HealingFitReport | null;
}

export interface HealingFitReport {
  /** What was added to the diagonal of the inputs' sum of squares, as a share of its mean. */
  readonly ridge: number;
  /** Squared distance of the block's output from the original's stream, as a share of its square, on held-out windows. */
  readonly errorBefore: number;
  readonly errorAfter: number;
  readonly divergenceBefore: number;
  /** Null where it came too little nearer for that to be measured. */
  readonly divergenceAfter: number | null;
}

export interface MarginReport {
  readonly gap: number;
  /** Null when unknown: from a single window, or from scores without a spread. */
  readonly standardErrors: number | null;
}

export interface OutputReport {
  /** Of a split model the first part, which is what llama.cpp opens. */
  readonly file: string;
  /** Of all parts. */
  readonly bytes: number;
  /** The files that were written: one, or the parts of a split model in order. */
  readonly parts: readonly WrittenFileReport[];
  readonly blocks: number;
  readonly checks: ChecksReport;
  /** Files that go with the model and were pruned beside it. */
  readonly companions: readonly CompanionReport[];
}

export interface WrittenFileReport {
  readonly file: string;
  readonly bytes: number;
}

export interface CompanionReport extends WrittenFileReport {
  readonly kind: 'imatrix' | 'lora' | 'control-vector';
  /** Name of the file that it was made from; null for an adapter that was trained. */
  readonly source: string | null;
}

export interface ChecksReport {
  /** Kept tensors equal the source's, byte for byte. */
  readonly sameBytes: true;
  /**
   * Largest difference, in nats, between a token's loss in stock llama.cpp and in the source with blocks bypassed. Null
   * when every token compared is held all but impossible: then the file was only opened and run there.
   */
  readonly stockDifference: number | null;
  /** The same between the written file and the source with blocks bypassed, over one window. */
  readonly bypassDifference: number;
}

export interface EvaluationReport {
  readonly heldOutTokens: number;
  readonly before: MeasuredReport;
  readonly after: MeasuredReport;
  /** Of the model without the dropped blocks from the whole one, over the held-out tokens. */
  readonly divergence: DivergenceReport;
  readonly promptTokens: number;
  readonly generatedTokens: number;
  /** Whether both models were timed in turns; otherwise one after the other. */
  readonly interleaved: boolean;
  /** What both write after the same prompts, of the most likely tokens; none where a context has no room for it. */
  readonly samples: readonly SampleReport[];
  readonly verdict: { readonly grade: string; readonly sentence: string };
}

export interface SampleReport {
  readonly prompt: string;
  readonly before: string;
  readonly after: string;
}

export interface MeasuredReport {
  readonly bytes: number;
  readonly perplexity: number;
  readonly loss: number;
  readonly lossError: number;
  readonly prompt: RateReport;
  readonly generation: RateReport;
}

/** Tokens per second. */
export interface RateReport {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

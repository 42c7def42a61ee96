/** What two models wrote by themselves after the same prompts, as it is saved and shown. */
export interface GenerationReport extends GroupReport {
  /** By the kind of the prompts. */
  readonly byKind: Readonly<Record<string, GroupReport>>;
  /** By the language of the prompts; `unknown` where it is not. */
  readonly byLanguage: Readonly<Record<string, GroupReport>>;
  readonly verdict: { readonly grade: string; readonly sentence: string };
}

export interface GroupReport {
  /** Pairs of texts after the same prompt. */
  readonly pairs: number;
  /** Shares are 0 to 1. Null where all texts are too short to tell. */
  readonly means: {
    readonly tokens: MeanReport | null;
    readonly repetition: MeanReport | null;
    readonly distinct1: MeanReport | null;
    readonly distinct2: MeanReport | null;
    readonly distinct3: MeanReport | null;
    readonly foreignLetters: MeanReport | null;
  };
  readonly counts: {
    readonly loops: CountReport;
    readonly drifts: CountReport;
    readonly unrecognised: CountReport;
    readonly earlyStops: CountReport;
  };
  /** Texts with at least one of these. */
  readonly troubled: CountReport;
  /** Texts that the model ended by itself. */
  readonly ended: CountReport;
}

export interface MeanReport {
  readonly original: number;
  readonly pruned: number;
  readonly change: number;
  /** Standard error of the change over pairs; null where there is one pair. */
  readonly error: number | null;
  readonly pairs: number;
}

/** A number of texts. */
export interface CountReport {
  readonly original: number;
  readonly pruned: number;
  /** Pairs of which the pruned model's text alone is counted. */
  readonly gained: number;
  /** Pairs of which the original's text alone is counted. */
  readonly lost: number;
  /** Pairs of which it can be told. */
  readonly pairs: number;
}

/** What both models wrote after one prompt. */
export interface Excerpt {
  readonly promptId: string;
  readonly prompt: string;
  readonly original: string;
  readonly pruned: string;
  /** What was found in the pruned model's text, in a few words; empty when nothing was. */
  readonly finding: string;
}

/** What a model wrote by itself, as it is saved. */
export interface GenerationReport {
  /** Where the prompts come from, and how many they are. */
  readonly source: string;
  readonly prompts: number;
  /** The most tokens of a text. */
  readonly tokens: number;
  /** Texts a prompt: one of the most likely tokens, the others sampled. */
  readonly texts: number;
  readonly before: GenerationFigures | null;
  readonly after: GenerationFigures;
  readonly comparison: GenerationComparisonReport | null;
  /** Texts of both, those first that suffered most. */
  readonly excerpts: readonly Excerpt[];
  /** All texts. */
  readonly written: readonly WrittenReport[];
}

/** Over all texts of a model. Shares are 0 to 1; null where no text is long enough, or none has a known language. */
export interface GenerationFigures {
  readonly texts: number;
  /** Mean length in tokens. */
  readonly tokens: number | null;
  /** Mean share of token 4-grams that occurred before. */
  readonly repetition: number | null;
  /** Mean share of different tokens, pairs and triples. */
  readonly distinct1: number | null;
  readonly distinct2: number | null;
  readonly distinct3: number | null;
  /** Mean share of letters in a script foreign to the prompt's language. */
  readonly foreignLetters: number | null;
  /** Texts that end in a cycle, are in another language, are in none, stop before the eighth token. */
  readonly loops: TextCount;
  readonly drifts: TextCount;
  readonly unrecognised: TextCount;
  readonly earlyStops: TextCount;
}

/** In how many texts, of those for which it can be told. */
export interface TextCount {
  readonly count: number;
  readonly of: number;
}

/** One prompt and what was written after it. */
export interface WrittenReport {
  readonly prompt: string;
  readonly kind: string;
  readonly language: string | null;
  /** 0: of the most likely tokens; from 1 on sampled. */
  readonly sample: number;
  readonly before: string | null;
  readonly after: string;
}

/** What two models wrote by themselves after the same prompts, set side by side. */
export interface GenerationComparisonReport extends GroupReport {
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
  /** 0: of the most likely tokens; from 1 on sampled. */
  readonly sample: number;
  readonly prompt: string;
  readonly original: string;
  readonly pruned: string;
  /** What was found in the pruned model's text, in a few words; empty when nothing was. */
  readonly finding: string;
}

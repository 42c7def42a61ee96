/** What the models wrote by themselves, as it is saved. */
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
  readonly verdict: { readonly grade: string; readonly sentence: string } | null;
  readonly written: readonly WrittenReport[];
}

/** Over all texts of a model. Means are null where no text is long enough, or none has a known language. */
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
  readonly loops: CountReport;
  readonly drifts: CountReport;
  readonly unrecognised: CountReport;
  readonly earlyStops: CountReport;
}

/** In how many texts, of those for which it can be told. */
export interface CountReport {
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

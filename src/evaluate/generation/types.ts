/** What the parts that look at a model's own text hand to each other. */

/** The beginning of a text, or a request, that a model goes on from. */
export interface Prompt {
  readonly id: string;
  /** What is asked for, such as `story`. Of the kind `code` the language is not judged. */
  readonly kind: string;
  /** The language that the text should be written in, by its ISO 639-1 code; null when it is not known. */
  readonly language: string | null;
  readonly text: string;
}

/** What a model wrote after a prompt; the prompt is no part of it. */
export interface GeneratedText {
  readonly promptId: string;
  /** Tells the texts after the same prompt apart; 0 when left out. */
  readonly sample?: number;
  /** Ids of the generated tokens, without the one that ends the text. */
  readonly tokens: readonly number[];
  readonly text: string;
  /** Whether the model ended it by itself. */
  readonly ended: boolean;
  /** The number of tokens that it was allowed to have. */
  readonly limit: number;
}

/** A cycle that a text ends in. */
export interface Loop {
  /** Index of the first token that belongs to it. */
  readonly from: number;
  /** Tokens after which it begins again. */
  readonly period: number;
}

/** What is measured of one text; null where it is too short to tell, or where the measure does not apply. */
export interface TextMeasures {
  readonly promptId: string;
  readonly sample: number;
  readonly kind: string;
  /** Of the prompt. */
  readonly language: string | null;
  readonly tokens: number;
  readonly ended: boolean;
  readonly limit: number;
  /** Share of its token 4-grams that occurred before, 0 to 1. */
  readonly repetition: number | null;
  /** Different tokens, pairs and triples of tokens, each divided by how many there are; 0 to 1. */
  readonly distinct1: number | null;
  readonly distinct2: number | null;
  readonly distinct3: number | null;
  readonly loop: Loop | null;
  /** The language found; null where none is recognised. */
  readonly detected: string | null;
  /** Whether a considerable part is in another language than the prompt's. */
  readonly drifted: boolean | null;
  /** Whether most of it is recognised as some language. */
  readonly recognised: boolean | null;
  /** Share of letters in scripts that the prompt's language is not written in, 0 to 1. */
  readonly foreignLetters: number | null;
  /** Whether it is empty, or the model ended it before the eighth token. */
  readonly stoppedEarly: boolean;
}

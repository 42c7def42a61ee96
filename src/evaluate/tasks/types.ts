/** What the parts of the task evaluation hand to each other. */

/** A question whose answer is the continuation that the model holds most likely. */
export interface ChoiceQuestion {
  readonly kind: 'choice';
  /** Where it came from, as `file:line`; the same in every run. */
  readonly id: string;
  /** Subject or other part of the task that accuracies are also given for. */
  readonly group: string | undefined;
  readonly options: readonly Option[];
  /** Index of the right option. */
  readonly answer: number;
}

/** One option: the continuation is scored, the context is not. A blank between the two begins the continuation. */
export interface Option {
  readonly context: string;
  readonly continuation: string;
}

/** A question that is answered by writing. */
export interface WrittenQuestion {
  readonly kind: 'written';
  readonly id: string;
  readonly group: string | undefined;
  readonly prompt: string;
  /** The answer as it must be found in what the model writes. */
  readonly answer: string;
  /** What the model writes ends before the first of these. */
  readonly stop: readonly string[];
  readonly maxTokens: number;
}

export type Question = ChoiceQuestion | WrittenQuestion;

/** What a model gives an option. */
export interface OptionScore {
  /** Sum over the continuation's tokens of the natural logarithm of their probability. */
  readonly logProbability: number;
  /** The same over those tokens alone that the options of a question do not all begin with. */
  readonly ownLogProbability: number;
  /** How many those are. */
  readonly ownTokens: number;
}

/** The rules by which the best option is found. */
export type AccuracyRule =
  /** the highest log-likelihood */
  | 'raw'
  /** per character of the continuation, without the blank that begins it */
  | 'perCharacter'
  /** per token, of the tokens that the options do not share */
  | 'perToken';

export interface Accuracy {
  /** Share of right answers, 0 to 1. */
  readonly value: number;
  /** Its standard error. */
  readonly error: number;
}

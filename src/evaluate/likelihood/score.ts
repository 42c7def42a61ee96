import { PruneError } from '../../errors.js';
import type { ChoiceQuestion, OptionScore } from '../tasks/types.js';
import type { SequenceSource } from './contract.js';
import { encodeQuestions, type EncodedQuestion, type Tokenizer } from './encode.js';
import { planWaves } from './waves.js';

/** Attention looks over all tokens that are held, a group's mostly; much fewer leave the processor idle. */
const groupTokens = 768;

/** Questions that are tokenised, and planned, at once. */
const chunkQuestions = 512;

export interface ScoringOptions {
  readonly signal?: AbortSignal | undefined;
  /** The most tokens of a question, if that is less than what is run at once. */
  readonly longest?: number | undefined;
  /** Called for each question when it is done, in any order; `isCut`: it lost its beginning, for want of room. */
  readonly onScored: (question: number, scores: readonly OptionScore[], isCut: boolean) => void;
}

/**
 * Scores the options of questions.
 * @throws PruneError SCORE_UNDEFINED when a probability is not a number
 */
export async function scoreQuestions(
  model: Tokenizer & SequenceSource,
  questions: readonly ChoiceQuestion[],
  { signal, longest = Infinity, onScored }: ScoringOptions,
): Promise<void> {
  const room = Math.min(model.contextTokens, longest);
  for (let begin = 0; begin < questions.length; begin += chunkQuestions) {
    const chunk = questions.slice(begin, begin + chunkQuestions);
    const encoded = await encodeQuestions(model, chunk, room, signal);
    await scoreEncoded(
      model,
      encoded,
      (question, scores) => {
        onScored(begin + question, scores, (encoded[question]?.cut ?? 0) > 0);
      },
      signal,
    );
  }
}

async function scoreEncoded(
  model: SequenceSource,
  questions: readonly EncodedQuestion[],
  onScored: (question: number, scores: readonly OptionScore[]) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const values = questions.map(({ options }) =>
    options.map(({ tokens }) => new Float64Array(tokens.length).fill(NaN)),
  );
  const room = { cells: model.contextTokens, sequences: model.sequences, groupTokens };
  for (const group of planWaves(questions, room)) {
    for (const { request, sinks } of group.waves) {
      const results = await model.runSequences(request, { signal });
      sinks.forEach(({ question, option, place }, i) => {
        const tokens = values[question]?.[option];
        if (tokens !== undefined) tokens[place] = results[i] ?? NaN;
      });
    }
    for (const index of group.questions) {
      const question = questions[index];
      if (question !== undefined) onScored(index, sumScores(question, values[index] ?? []));
    }
  }
}

function sumScores(
  { options, firstOwn }: EncodedQuestion,
  values: readonly Float64Array[],
): readonly OptionScore[] {
  return options.map(({ tokens, firstScored }, o) => {
    // an option that is the beginning of another one has no token of its own
    const from = Math.max(firstScored, firstOwn);
    const ownFrom = from < tokens.length ? from : firstScored;
    const logProbabilities = values[o] ?? new Float64Array();
    const sum = (begin: number) =>
      logProbabilities.subarray(begin).reduce((total, value) => total + value, 0);
    const score = {
      logProbability: sum(firstScored),
      ownLogProbability: sum(ownFrom),
      ownTokens: tokens.length - ownFrom,
    };
    if (Number.isNaN(score.logProbability)) {
      throw new PruneError(
        'SCORE_UNDEFINED',
        'A probability is not a number: the model computes no usable output.',
      );
    }
    return score;
  });
}

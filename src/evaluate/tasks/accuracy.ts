import { PruneError } from '../../errors.js';
import type { Accuracy, AccuracyRule, ChoiceQuestion, Option, OptionScore } from './types.js';

/** An accuracy of the questions of one group. */
export interface GroupAccuracy {
  readonly group: string;
  readonly questions: number;
  readonly accuracy: Accuracy;
}

/**
 * Finds the option that a rule holds best, the first of equals.
 *
 * - `raw`: the highest log-likelihood (`acc` of lm-evaluation-harness);
 * - `perCharacter`: divided by the number of characters of the continuation without blanks that begin it (`acc_norm` of
 *   the harness; characters are code points);
 * - `perToken`: of the tokens that the options do not share, divided by their number (llama-perplexity --hellaswag). An
 *   option without such tokens is never chosen before one that has them.
 *
 * @returns index into the options
 * @throws PruneError DATA unless there is one score for each option, none of them NaN
 */
export function predictOption(
  question: ChoiceQuestion,
  scores: readonly OptionScore[],
  rule: AccuracyRule,
): number {
  const { options, id } = question;
  if (scores.length !== options.length) {
    throw new PruneError(
      'DATA',
      `There are ${scores.length} scores for the ${options.length} options of the question ${id}. There must be one for each.`,
    );
  }
  const values = options.map((option, i) => rateOption(option, scores[i], rule));
  if (values.some(Number.isNaN)) {
    throw new PruneError(
      'DATA',
      `The scores of the question ${id} are not all numbers. Each must be the logarithm of a probability.`,
    );
  }
  return values.indexOf(values.reduce((best, value) => Math.max(best, value), -Infinity));
}

function rateOption({ continuation }: Option, score: OptionScore | undefined, rule: AccuracyRule): number {
  if (score === undefined) return NaN;
  if (rule === 'raw') return score.logProbability;
  if (rule === 'perToken')
    return score.ownTokens === 0 ? -Infinity : score.ownLogProbability / score.ownTokens;
  return score.logProbability / Array.from(continuation.trimStart()).length;
}

/**
 * Whether each question is answered right.
 * @param scores of each question, one for each of its options
 */
export function judgeChoices(
  questions: readonly ChoiceQuestion[],
  scores: readonly (readonly OptionScore[])[],
  rule: AccuracyRule,
): readonly boolean[] {
  return questions.map((question, i) => predictOption(question, scores[i] ?? [], rule) === question.answer);
}

/**
 * The share of right answers p and its standard error, sqrt(p (1 − p) / (n − 1)) as in lm-evaluation-harness. Over
 * questions of several subjects it is the average over questions, not over subjects: the overall figure that the harness
 * gives for MMLU and CMMLU. From one question alone the error is Infinity: it tells nothing.
 *
 * @param outcomes whether each question was answered right
 * @throws PruneError DATA when there are none
 */
export function measureAccuracy(outcomes: readonly boolean[]): Accuracy {
  const count = outcomes.length;
  if (count === 0)
    throw new PruneError('DATA', 'There is no accuracy of no questions. At least one must be asked.');
  const value = outcomes.filter(Boolean).length / count;
  return { value, error: count === 1 ? Infinity : Math.sqrt((value * (1 - value)) / (count - 1)) };
}

/** The accuracy of each group, in the order in which the questions meet them. Questions without a group are in none. */
export function measureGroups(
  questions: readonly { readonly group: string | undefined }[],
  outcomes: readonly boolean[],
): readonly GroupAccuracy[] {
  const groups = new Map<string, boolean[]>();
  questions.forEach(({ group }, i) => {
    const outcome = outcomes[i];
    if (group === undefined || outcome === undefined) return;
    const members = groups.get(group);
    if (members === undefined) groups.set(group, [outcome]);
    else members.push(outcome);
  });
  return Array.from(groups, ([group, members]) => ({
    group,
    questions: members.length,
    accuracy: measureAccuracy(members),
  }));
}

import { getLabel, getText } from '../fields.js';
import type { Row } from '../rows.js';
import type { ChoiceQuestion } from '../types.js';
import { continueWith, makeChoice } from './makeChoice.js';

/** What the file of labels may say: which solution is right. */
export const piqaLabels: readonly string[] = ['0', '1'];

/** A question of PIQA (Bisk et al. 2020) as lm-evaluation-harness asks it, task `piqa`. */
export function makePiqaQuestion(row: Row): ChoiceQuestion {
  const solutions = [getText(row, 'sol1'), getText(row, 'sol2')];
  return makeChoice(row, {
    options: continueWith(`Question: ${getText(row, 'goal')}\nAnswer:`, solutions),
    answer: getLabel(row, 'label', piqaLabels),
  });
}

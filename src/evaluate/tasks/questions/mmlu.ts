import { getAnyText, getLabel, getText, getTexts, hasField } from '../fields.js';
import type { Row } from '../rows.js';
import type { ChoiceQuestion } from '../types.js';
import { continueWith, makeChoice } from './makeChoice.js';

const letters = ['A', 'B', 'C', 'D'] as const;

/** The columns of the original files, which have no header. */
export const mmluColumns: readonly string[] = ['question', ...letters, 'answer'];

/** What stands before all questions of a subject (Hendrycks et al., evaluate.py, gen_prompt). */
export function introduceMmlu(subject: string): string {
  return `The following are multiple choice questions (with answers) about ${subject.replaceAll('_', ' ')}.\n\n`;
}

/**
 * A question of MMLU (Hendrycks et al. 2021) as lm-evaluation-harness asks it, task `mmlu`: the choices are listed with
 * letters, and the letter is the continuation. Reads the original columns and those of cais/mmlu.
 */
export function makeMmluQuestion(row: Row): ChoiceQuestion {
  // a choice may be blank: it is not the choice that is scored
  const choices = hasField(row, 'choices')
    ? getTexts(row, 'choices', 4, true)
    : letters.map((letter) => getAnyText(row, letter));
  const listed = letters.map((letter, i) => `${letter}. ${choices[i] ?? ''}\n`).join('');
  return makeChoice(row, {
    options: continueWith(`${getText(row, 'question').trim()}\n${listed}Answer:`, letters),
    answer: hasField(row, 'choices')
      ? getLabel(row, 'answer', ['0', '1', '2', '3'])
      : getLabel(row, 'answer', letters),
    group: hasField(row, 'subject') ? getText(row, 'subject') : undefined,
  });
}

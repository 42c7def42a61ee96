import { getLabel, getText } from '../fields.js';
import { badRow, type Row } from '../rows.js';
import type { ChoiceQuestion } from '../types.js';
import { makeChoice } from './makeChoice.js';

/**
 * A question of WinoGrande (Sakaguchi et al. 2020) by partial evaluation (Trinh and Le 2018) as lm-evaluation-harness asks
 * it: the sentence up to the blank, filled with either option, is the context; the rest of it is what is scored.
 */
export function makeWinograndeQuestion(row: Row): ChoiceQuestion {
  const sentence = getText(row, 'sentence');
  const blank = sentence.indexOf('_');
  const rest = sentence.slice(blank + 1).trim();
  if (blank === -1 || rest === '')
    throw badRow(
      row.place,
      'has no blank that text follows in "sentence"',
      'It must have "_" where an option goes.',
    );
  const fill = (option: string) => ({
    context: sentence.slice(0, blank) + option,
    continuation: ` ${rest}`,
  });
  return makeChoice(row, {
    options: [fill(getText(row, 'option1')), fill(getText(row, 'option2'))],
    answer: getLabel(row, 'answer', ['1', '2']),
  });
}

import { getLabel, getText, hasField } from '../fields.js';
import type { Row } from '../rows.js';
import type { ChoiceQuestion } from '../types.js';
import { continueWith, makeChoice } from './makeChoice.js';

/**
 * A question of BoolQ (Clark et al. 2019) as lm-evaluation-harness asks it, task `boolq`. The answer is `label` as in
 * SuperGLUE, or `answer` as in the original files.
 */
export function makeBoolqQuestion(row: Row): ChoiceQuestion {
  const field = hasField(row, 'label') || !hasField(row, 'answer') ? 'label' : 'answer';
  const value = row.fields[field];
  const isNumbered = typeof value === 'number' || typeof value === 'bigint';
  return makeChoice(row, {
    options: continueWith(`${getText(row, 'passage')}\nQuestion: ${getText(row, 'question')}?\nAnswer:`, [
      'no',
      'yes',
    ]),
    answer: getLabel(row, field, isNumbered ? ['0', '1'] : ['false', 'true']),
  });
}

import { getLabel, getText } from '../fields.js';
import type { Row } from '../rows.js';
import type { ChoiceQuestion } from '../types.js';
import { makeChoice } from './makeChoice.js';

/** Labels in the order in which the data set numbers them, and what a model is to answer. */
const answers = { neutral: '无关', entailment: '蕴含', contradiction: '矛盾' } as const;

/** Whether people did not agree on a label. The data set's own rule leaves such rows out. */
export function isUnlabelled(row: Row): boolean {
  return row.fields['label'] === '-';
}

/**
 * A question of CMNLI (CLUE, Xu et al. 2020) by the templates of OpenCompass, CLUE_cmnli_ppl_fdc6de: both sentences, the
 * question how they relate, and on the next line the answer. OpenCompass compares the loss of the whole text; its part
 * before the answer is the same for all, so that the log-likelihood of the answer decides.
 */
export function makeCmnliQuestion(row: Row): ChoiceQuestion {
  const label = row.fields['label'];
  const names = Object.keys(answers);
  const isNumbered = typeof label === 'number' || typeof label === 'bigint';
  const context = `语句一：“${getText(row, 'sentence1')}”\n语句二：“${getText(row, 'sentence2')}”\n请问这两句话是什么关系？`;
  return makeChoice(row, {
    options: Object.values(answers).map((answer) => ({ context, continuation: `\n${answer}` })),
    answer: isNumbered ? getLabel(row, 'label', ['0', '1', '2']) : getLabel(row, 'label', names),
  });
}

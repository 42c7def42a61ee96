import { PruneError } from '../../../errors.js';
import { quoteName } from '../../../gguf/index.js';
import { getAnyText, getLabel, getText } from '../fields.js';
import type { Row } from '../rows.js';
import type { ChoiceQuestion } from '../types.js';
import { cmmluSubjects } from './cmmluSubjects.js';
import { continueWith, makeChoice } from './makeChoice.js';

const letters = ['A', 'B', 'C', 'D'] as const;

/**
 * What stands before all questions of a subject, which is named in Chinese.
 * @throws PruneError DATA for what is no subject
 */
export function introduceCmmlu(subject: string): string {
  const name = cmmluSubjects[subject];
  if (name !== undefined) return `以下是关于${name}的单项选择题，请直接给出正确答案的选项。\n\n`;
  throw new PruneError(
    'DATA',
    `${quoteName(subject)} is no subject of CMMLU. Its files are named by the subject, such as agronomy.csv or world_religions.csv.`,
  );
}

/** A question of CMMLU (Li et al. 2023) as lm-evaluation-harness asks it, task `cmmlu`. */
export function makeCmmluQuestion(row: Row): ChoiceQuestion {
  const listed = letters.map((letter) => `${letter}. ${getAnyText(row, letter)}\n`).join('');
  return makeChoice(row, {
    options: continueWith(`${getText(row, 'Question').trim()}\n${listed}答案：`, letters),
    answer: getLabel(row, 'Answer', letters),
  });
}

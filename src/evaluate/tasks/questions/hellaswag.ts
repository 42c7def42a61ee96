import { getAnyText, getLabel, getText, getTexts, hasField } from '../fields.js';
import type { Row } from '../rows.js';
import type { ChoiceQuestion } from '../types.js';
import { continueWith, makeChoice } from './makeChoice.js';

const labels = ['0', '1', '2', '3'];

/**
 * A question of HellaSwag (Zellers et al. 2019): the context, a blank, an ending. A row of llama.cpp's text form is taken
 * as llama-perplexity takes it. Columns of the original files are made into the same form: the activity, a colon, the
 * whole context as it is (lm-evaluation-harness begins its second part with a capital letter instead), and marks of
 * WikiHow taken out of it and of the endings as the harness does.
 */
export function makeHellaswagQuestion(row: Row): ChoiceQuestion {
  const isText = hasField(row, 'context');
  const context = isText
    ? getText(row, 'context')
    : cleanWikihow(`${getAnyText(row, 'activity_label')}: ${getText(row, 'ctx')}`);
  const endings = getTexts(row, 'endings', 4);
  return makeChoice(row, {
    options: continueWith(context, isText ? endings : endings.map(cleanWikihow)),
    answer: getLabel(row, 'label', labels),
  });
}

/** As `preprocess` of the harness' task: titles become full stops, other marks in brackets go. */
function cleanWikihow(text: string): string {
  return text
    .trim()
    .replaceAll(' [title]', '. ')
    .replace(/\[.*?\]/g, '')
    .replaceAll('  ', ' ');
}

import { checkLabel, checkTexts, getText, hasField } from '../fields.js';
import { badRow, type Row } from '../rows.js';
import type { ChoiceQuestion } from '../types.js';
import { continueWith, makeChoice } from './makeChoice.js';

/** A question of ARC (Clark et al. 2018) as lm-evaluation-harness asks it, tasks `arc_easy` and `arc_challenge`. */
export function makeArcQuestion(row: Row): ChoiceQuestion {
  const { stem, choices, answer } = readScience(row, 'question');
  return makeChoice(row, { options: continueWith(`Question: ${stem}\nAnswer:`, choices), answer });
}

/** A question of OpenBookQA (Mihaylov et al. 2018) as lm-evaluation-harness asks it: the stem goes on with the choice. */
export function makeOpenbookqaQuestion(row: Row): ChoiceQuestion {
  const { stem, choices, answer } = readScience(row, 'question_stem');
  return makeChoice(row, { options: continueWith(stem, choices), answer });
}

/**
 * Both data sets come in two forms: AI2's files hold {question: {stem, choices: [{text, label}]}, answerKey}, Hugging
 * Face's have the stem in a column `column` and {choices: {text, label}}.
 */
function readScience(row: Row, column: string) {
  const question = row.fields['question'];
  const isOriginal = isRecord(question);
  const inner: Row = isOriginal ? { ...row, fields: question } : row;
  const stem = getText(inner, isOriginal ? 'stem' : column);
  const choices: unknown = inner.fields['choices'];
  const valid = 'It must be a list of choices, each with a text and a label.';
  if (!hasField(inner, 'choices')) throw badRow(row.place, 'has no "choices"', valid);
  const pick = (name: string): unknown => {
    if (Array.isArray(choices)) return choices.map((choice) => (isRecord(choice) ? choice[name] : undefined));
    return isRecord(choices) ? choices[name] : undefined;
  };
  const texts = checkTexts(row, 'choices.text', pick('text'));
  const labels = checkTexts(row, 'choices.label', pick('label'), texts.length);
  const answer = checkLabel(row, 'answerKey', row.fields['answerKey'], labels);
  return { stem, choices: texts, answer };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

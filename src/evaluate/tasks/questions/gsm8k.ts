import { getText } from '../fields.js';
import { badRow, makeId, type Row } from '../rows.js';
import type { WrittenQuestion } from '../types.js';
import { normaliseNumber } from '../judgeWritten.js';

/**
 * A question of GSM8K (Cobbe et al. 2021) as lm-evaluation-harness asks it, task `gsm8k`. The right answer is the number
 * after `####`.
 */
export function makeGsm8kQuestion(row: Row): WrittenQuestion {
  const number = /#### *(-?[$0-9.,]*[0-9][0-9.,]*)\s*$/.exec(getText(row, 'answer'))?.[1];
  if (number === undefined)
    throw badRow(
      row.place,
      'has an "answer" without a number at its end',
      'It must end in #### and a number.',
    );
  return {
    kind: 'written',
    id: makeId(row.place),
    group: row.group,
    prompt: `Question: ${getText(row, 'question')}\nAnswer:`,
    answer: normaliseNumber(number),
    stop: ['Question:', '</s>', '<|im_end|>'],
    maxTokens: 256,
  };
}

/** The question with its whole solution, as an example for others. */
export function showGsm8kExample(row: Row): string {
  return `Question: ${getText(row, 'question')}\nAnswer: ${getText(row, 'answer')}`;
}

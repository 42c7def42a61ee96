import { getAnyText, getText, getTexts, hasField } from '../fields.js';
import { badRow, makeId, showValue, type Row } from '../rows.js';
import type { Question, WrittenQuestion } from '../types.js';
import { makeChoice } from './makeChoice.js';

/** What a written question has where its row does not say. */
export const ownDefaults = { stop: ['\n\n'], maxTokens: 256 } as const;

/**
 * A question of a user's own file, whose forms docs/task-files.md describes: `choices` with a `question` or a `context`;
 * `contexts` with a `continuation`; or a `prompt` that is answered by writing.
 */
export function makeOwnQuestion(row: Row): Question {
  if (hasField(row, 'prompt')) return makeWritten(row);
  if (hasField(row, 'contexts')) {
    const contexts = getTexts(row, 'contexts');
    const continuation = separate(row, getText(row, 'continuation'));
    const options = contexts.map((context) => ({ context, continuation }));
    return makeChoice(row, { options, answer: findAnswer(row, contexts), group: getGroup(row) });
  }
  if (hasField(row, 'question') || hasField(row, 'context')) {
    const context = hasField(row, 'context')
      ? getText(row, 'context')
      : `Question: ${getText(row, 'question')}\nAnswer:`;
    const choices = getTexts(row, 'choices');
    const options = choices.map((choice) => ({ context, continuation: separate(row, choice) }));
    return makeChoice(row, { options, answer: findAnswer(row, choices), group: getGroup(row) });
  }
  throw badRow(
    row.place,
    'is no question',
    'It must have "choices" with a "question" or a "context", or "contexts" with a "continuation", or a "prompt"; and an "answer".',
  );
}

/** An example from a row that is answered by writing; of other rows the question itself shows it. */
export function showOwnExample(row: Row): string | undefined {
  if (!hasField(row, 'prompt')) return undefined;
  return getText(row, 'prompt').trimEnd() + separate(row, getText(row, 'answer'));
}

function separate(row: Row, text: string): string {
  const separator = hasField(row, 'separator') ? getAnyText(row, 'separator') : ' ';
  return /^\s/.test(text) ? text : separator + text;
}

function getGroup(row: Row): string | undefined {
  return hasField(row, 'group') ? getText(row, 'group') : undefined;
}

function findAnswer(row: Row, options: readonly string[]): number {
  const answer = row.fields['answer'];
  const valid = `It must be a whole number from 0 to ${options.length - 1}, or the text of one of them.`;
  if (!hasField(row, 'answer')) throw badRow(row.place, 'has no "answer"', valid);
  if (typeof answer === 'number' || typeof answer === 'bigint') {
    const index = Number(answer);
    if (Number.isInteger(index) && index >= 0 && index < options.length) return index;
  } else if (typeof answer === 'string') {
    const index = options.indexOf(answer);
    if (index !== -1 && index === options.lastIndexOf(answer)) return index;
  }
  throw badRow(row.place, `has ${showValue(answer)} as "answer" to ${options.length} options`, valid);
}

function makeWritten(row: Row): WrittenQuestion {
  const { stop, maxTokens } = row.fields;
  if (hasField(row, 'stop') && !(Array.isArray(stop) && stop.every((s) => typeof s === 'string' && s !== '')))
    throw badRow(row.place, `has ${showValue(stop)} as "stop"`, 'It must be a list of texts.');
  const isCount = typeof maxTokens === 'number' && Number.isInteger(maxTokens) && maxTokens > 0;
  if (hasField(row, 'maxTokens') && !isCount)
    throw badRow(
      row.place,
      `has ${showValue(maxTokens)} as "maxTokens"`,
      'It must be a whole number above 0.',
    );
  return {
    kind: 'written',
    id: makeId(row.place),
    group: getGroup(row) ?? row.group,
    prompt: getText(row, 'prompt').trimEnd(),
    answer: getText(row, 'answer'),
    stop: (stop as readonly string[] | null | undefined) ?? ownDefaults.stop,
    maxTokens: isCount ? maxTokens : ownDefaults.maxTokens,
  };
}

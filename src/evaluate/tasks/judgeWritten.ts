import type { WrittenQuestion } from './types.js';

export interface WrittenOutcome {
  /** What was taken for the answer. */
  readonly found: string | undefined;
  readonly right: boolean;
}

/**
 * Judges what a model wrote. Where the right answer is a number, the first number after `####` counts, or without one the
 * last number of the text; commas, `$` and a full stop at its end are ignored (lm-evaluation-harness, task `gsm8k`, strict
 * match before flexible extraction). Any other answer must be found in the text, blanks and case apart, and not as a part
 * of a longer word.
 */
export function judgeWritten({ answer, stop }: WrittenQuestion, written: string): WrittenOutcome {
  const text = cutAtStop(written, stop);
  if (isNumber(answer)) {
    const found = extractNumber(text);
    return { found, right: found === normaliseNumber(answer.trim()) };
  }
  const right = hasPhrase(normaliseText(text), normaliseText(answer));
  return { found: right ? answer : undefined, right };
}

/** The text before the first of the stops. */
export function cutAtStop(written: string, stop: readonly string[]): string {
  const ends = stop.map((mark) => written.indexOf(mark)).filter((end) => end !== -1);
  return ends.length === 0 ? written : written.slice(0, Math.min(...ends));
}

/** A number without commas, `$` and a full stop at its end. */
export function normaliseNumber(number: string): string {
  return number.replace(/[,$]/g, '').replace(/\.$/, '');
}

function isNumber(answer: string): boolean {
  return /^-?\d+(\.\d+)?$/.test(normaliseNumber(answer.trim()));
}

function extractNumber(text: string): string | undefined {
  const strict = /#### (-?[0-9.,]+)/.exec(text)?.[1];
  const number = strict ?? text.match(/-?[$0-9.,]{2,}|-?[0-9]+/g)?.at(-1);
  return number === undefined ? undefined : normaliseNumber(number);
}

function normaliseText(text: string): string {
  return text.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim();
}

function hasPhrase(text: string, phrase: string): boolean {
  const isInWord = (pair: string) => /^[\p{L}\p{N}]{2}$/u.test(pair) && !/\p{Script=Han}/u.test(pair);
  for (let at = text.indexOf(phrase); at !== -1; at = text.indexOf(phrase, at + 1)) {
    const end = at + phrase.length;
    if (!isInWord(text.slice(at - 1, at) + text.charAt(at)) && !isInWord(text.slice(end - 1, end + 1)))
      return true;
  }
  return false;
}

import { PruneError } from '../../errors.js';
import { formatCounted, quoteName } from '../../gguf/index.js';
import { namePlace, type Row } from './rows.js';
import type { TaskRules } from './taskRules.js';
import type { Question } from './types.js';

/** A row with the question that it makes. */
export interface Item {
  readonly row: Row;
  readonly question: Question;
}

/**
 * Puts examples before questions: what introduces the subject, `shots` examples with their answers, and the question, with
 * a blank line after each example (lm-evaluation-harness). A task whose subjects are introduced takes the examples of the
 * same subject.
 *
 * @throws PruneError DATA when there are too few examples
 */
export function putExamplesBefore(
  task: TaskRules,
  items: readonly Item[],
  examples: readonly Item[],
  shots: number,
): readonly Question[] {
  const prefixes = new Map<string | undefined, string>();
  return items.map(({ row, question }) => {
    const key = task.introduce === undefined ? undefined : question.group;
    let prefix = prefixes.get(key);
    if (prefix === undefined) {
      prefix = introduce(task, row, key) + joinExamples(task, examples, shots, key);
      prefixes.set(key, prefix);
    }
    return prepend(prefix, question);
  });
}

function introduce(task: TaskRules, row: Row, subject: string | undefined): string {
  if (task.introduce === undefined) return '';
  if (subject !== undefined) return task.introduce(subject);
  throw new PruneError(
    'DATA',
    `${namePlace(row.place)} has no "subject". It must have one, or stand in a file that is named by it.`,
  );
}

function joinExamples(task: TaskRules, examples: readonly Item[], shots: number, subject?: string): string {
  const fitting = examples.filter(
    ({ question }) => task.introduce === undefined || question.group === subject,
  );
  if (fitting.length < shots) {
    const about = subject === undefined ? '' : ` about ${quoteName(subject)}`;
    throw new PruneError(
      'DATA',
      `${task.title} has ${formatCounted(fitting.length, 'example')}${about}, and ${shots} are to stand before each question. ` +
        `Use at most ${fitting.length}.`,
    );
  }
  return fitting
    .slice(0, shots)
    .map((example) => `${showExample(task, example)}\n\n`)
    .join('');
}

function showExample(task: TaskRules, { row, question }: Item): string {
  const shown = task.showExample?.(row);
  if (shown !== undefined) return shown;
  if (question.kind === 'written') return `${question.prompt} ${question.answer}`;
  const right = question.options[question.answer];
  return right === undefined ? '' : right.context + right.continuation;
}

function prepend(prefix: string, question: Question): Question {
  if (prefix === '') return question;
  if (question.kind === 'written') return { ...question, prompt: prefix + question.prompt };
  const options = question.options.map((option) => ({ ...option, context: prefix + option.context }));
  return { ...question, options };
}

/** Splits off the first `shots` items, of each subject where the task introduces subjects. */
export function takeFirst(
  task: TaskRules,
  items: readonly Item[],
  shots: number,
): { readonly examples: readonly Item[]; readonly rest: readonly Item[] } {
  const taken = new Map<string | undefined, number>();
  const examples: Item[] = [];
  const rest: Item[] = [];
  for (const item of items) {
    const key = task.introduce === undefined ? undefined : item.question.group;
    const count = taken.get(key) ?? 0;
    taken.set(key, count + 1);
    (count < shots ? examples : rest).push(item);
  }
  return { examples, rest };
}

import { makeId, type Row } from '../rows.js';
import type { ChoiceQuestion, Option } from '../types.js';

export interface ChoiceParts {
  readonly options: readonly Option[];
  readonly answer: number;
  readonly group?: string | undefined;
}

/** A question from a row. Blanks that end a context begin its continuation, as lm-evaluation-harness moves them. */
export function makeChoice(row: Row, { options, answer, group }: ChoiceParts): ChoiceQuestion {
  return {
    kind: 'choice',
    id: makeId(row.place),
    group: group ?? row.group,
    options: options.map(moveBlanks),
    answer,
  };
}

/** Options that differ in the continuation alone, each of which a blank begins. */
export function continueWith(context: string, choices: readonly string[]): readonly Option[] {
  return choices.map((choice) => ({ context, continuation: ` ${choice}` }));
}

function moveBlanks({ context, continuation }: Option): Option {
  const kept = context.trimEnd();
  return { context: kept, continuation: context.slice(kept.length) + continuation };
}

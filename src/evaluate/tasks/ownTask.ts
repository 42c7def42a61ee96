import { makeOwnQuestion, showOwnExample } from './questions/own.js';
import type { TaskRules } from './taskRules.js';

/** What holds for a user's own file (docs/task-files.md), named `name`. Options are compared by characters. */
export function describeOwnTask(name: string): TaskRules {
  return {
    name,
    title: name,
    shots: 0,
    rule: 'perCharacter',
    makeQuestion: makeOwnQuestion,
    showExample: showOwnExample,
    formats: {},
    files: { folders: [name], questions: [`${name}.jsonl`], examples: [] },
    hub: undefined,
  };
}

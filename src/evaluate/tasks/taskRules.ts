import type { RowFormats } from './read/readRows.js';
import type { Row } from './rows.js';
import type { AccuracyRule, Question } from './types.js';

/** What there is to know about a task. */
export interface TaskRules {
  readonly name: string;
  readonly title: string;
  /** Examples put before each question, where the caller does not say. */
  readonly shots: number;
  /** By which the main figure is found; undefined for a task that is answered by writing. */
  readonly rule: AccuracyRule | undefined;
  /** Makes a question of a row. Throws PruneError DATA for a row that is malformed. */
  readonly makeQuestion: (row: Row) => Question;
  /** An example from a row, where that is not the question with the right option. */
  readonly showExample?: (row: Row) => string | undefined;
  /** What stands before all questions of a subject. A task that has it takes its examples from the same subject. */
  readonly introduce?: (subject: string) => string;
  /** Rows that the data set's own rule leaves out, and why, to follow "are left out:". */
  readonly leftOut?: { readonly test: (row: Row) => boolean; readonly why: string };
  /** Valid lines of a file beside the questions that holds their labels: `x-labels.lst` for `x.jsonl`. */
  readonly labels?: readonly string[];
  readonly formats: RowFormats;
  readonly files: TaskFiles;
  /** Where it is on Hugging Face; undefined for a user's own file. */
  readonly hub: HubPlace | undefined;
}

/** Where the files of a task lie on a disk. `*` in a name stands for any characters. */
export interface TaskFiles {
  /** Names of its folder in a folder of several tasks, best first. */
  readonly folders: readonly string[];
  /** Paths in that folder; the first that any file matches counts. */
  readonly questions: readonly string[];
  /** The same for examples, where the task has files of them. */
  readonly examples: readonly string[];
}

/** A data set on Hugging Face, as the uniform parquet files that its converter makes of every data set. */
export interface HubPlace {
  readonly repo: string;
  /** More than one: each is a subject. */
  readonly configs: readonly string[];
  readonly split: string;
  readonly examples?: string;
}

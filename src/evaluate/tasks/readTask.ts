import { distance } from 'fastest-levenshtein';
import { PruneError } from '../../errors.js';
import { escapeUnsafe, fileLabel, formatCount, formatCounted, quoteName } from '../../gguf/index.js';
import { chooseEvenly } from './chooseEvenly.js';
import { putExamplesBefore, takeFirst, type Item } from './fewShot.js';
import type { DownloadProgress } from './locate/download.js';
import type { LocatedTask } from './locate/located.js';
import { locateHubFile, locateOnHub } from './locate/locateHub.js';
import { locateByPath, locateInFolder } from './locate/locateOnDisk.js';
import type { DataSource } from './locate/source.js';
import { describeOwnTask } from './ownTask.js';
import type { DataFile } from './read/dataFile.js';
import { addLabels } from './read/readLabels.js';
import { readRows } from './read/readRows.js';
import { findTask, tasks } from './registry.js';
import type { Row } from './rows.js';
import type { TaskRules } from './taskRules.js';
import type { AccuracyRule, Question } from './types.js';

export interface TaskRequest {
  /** Name of a known task, or the name that a user gives a file of their own. */
  readonly task: string;
  readonly source: DataSource;
  /** Examples before each question; what is usual for the task where it is not given. */
  readonly shots?: number | undefined;
  /** How many questions are asked at most, evenly spaced over all. */
  readonly limit?: number | undefined;
  /** Where files from Hugging Face are kept. */
  readonly cacheFolder: string;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
}

/** A task as it is asked. */
export interface TaskQuestions {
  readonly name: string;
  readonly title: string;
  /** By which the main figure is found; undefined where all questions are answered by writing. */
  readonly rule: AccuracyRule | undefined;
  readonly shots: number;
  readonly questions: readonly Question[];
  /** The accuracy of guessing, 0 to 1: the mean over the questions of 1 / options, and 0 for an answer to be written. */
  readonly chance: number;
  /** Sentences about what was left out or chosen. */
  readonly notes: readonly string[];
}

/**
 * Reads the questions of a task as they are put to a model.
 * @throws PruneError DATA for malformed files and failed downloads, naming file and line; FILE_NOT_FOUND,
 *   FILE_NOT_READABLE, USAGE, OUTPUT, CANCELLED
 */
export async function readTask(request: TaskRequest): Promise<TaskQuestions> {
  const task = findTask(request.task) ?? describeOwnTask(request.task);
  const shots = checkShots(request.shots ?? task.shots);
  const located = await locateTask(task, shots, request);
  const notes: string[] = [];
  let items = await readItems(task, located.questions, request.signal, notes);
  let examples: readonly Item[] = [];
  if (shots > 0 && located.examples.length > 0) {
    examples = await readItems(task, located.examples, request.signal, []);
  } else if (shots > 0) {
    ({ examples, rest: items } = takeFirst(task, items, shots));
    notes.push(describeTaken(task, examples.length));
  }
  if (items.length === 0)
    throw new PruneError(
      'DATA',
      `${escapeUnsafe(task.title)} has no questions left to ask. Use fewer examples.`,
    );
  const asked = chooseEvenly(items, request.limit);
  if (asked.length < items.length)
    notes.push(
      `${formatCount(asked.length)} of ${formatCounted(items.length, 'question')} are asked, evenly spaced over all.`,
    );
  const questions = putExamplesBefore(task, asked, examples, shots);
  return {
    name: task.name,
    title: task.title,
    rule: questions.every(({ kind }) => kind === 'written') ? undefined : task.rule,
    shots,
    questions,
    chance: measureChance(questions),
    notes,
  };
}

function checkShots(shots: number): number {
  if (Number.isInteger(shots) && shots >= 0) return shots;
  throw new PruneError('USAGE', `${shots} is no number of examples. It must be a whole number, 0 or more.`);
}

function locateTask(task: TaskRules, shots: number, request: TaskRequest): Promise<LocatedTask> {
  const { source } = request;
  switch (source.kind) {
    case 'folder':
      return locateInFolder(source.path, task.title, task.files, suggestTask(task.name));
    case 'path':
      return locateByPath(source.path, task.title, task.files);
    case 'hubFile':
      return locateHubFile(source.repo, source.path, request);
    case 'hub':
      if (task.hub !== undefined) return locateOnHub(task.hub, shots > 0, request);
      throw new PruneError(
        'USAGE',
        `${quoteName(task.name)} is no task that is known by name. Valid are ${tasks.map(({ name }) => name).join(', ')}, and any ` +
          'name that a file is given for.',
      );
  }
}

/** What a name that is no task's was perhaps to be; empty for the name of a task. */
function suggestTask(name: string): string {
  const [nearest] = tasks
    .map((task) => ({ name: task.name, edits: distance(name.toLowerCase(), task.name) }))
    .filter(({ edits }) => edits <= 2)
    .sort((a, b) => a.edits - b.edits);
  return nearest === undefined || nearest.name === name ? '' : ` Did you mean --tasks ${nearest.name}?`;
}

async function readItems(
  task: TaskRules,
  files: readonly DataFile[],
  signal: AbortSignal | undefined,
  notes: string[],
): Promise<readonly Item[]> {
  const rows: Row[] = [];
  for (const file of files) {
    if (signal?.aborted === true) throw new PruneError('CANCELLED', 'Cancelled.');
    // one by one: a spread of very many rows would overflow the stack
    for (const row of await readLabelled(task, file)) rows.push(row);
  }
  const { leftOut } = task;
  const kept = leftOut === undefined ? rows : rows.filter((row) => !leftOut.test(row));
  if (leftOut !== undefined && kept.length < rows.length) {
    const count = `${formatCount(rows.length - kept.length)} of ${formatCounted(rows.length, 'row')}`;
    notes.push(`${count} of ${task.title} are left out: ${leftOut.why}.`);
  }
  return kept.map((row) => ({ row, question: task.makeQuestion(row) }));
}

async function readLabelled(task: TaskRules, file: DataFile): Promise<readonly Row[]> {
  const rows = await readRows(file, task.formats);
  if (task.labels === undefined || rows.some(({ fields }) => 'label' in fields)) return rows;
  const path = file.path.replace(/\.\w+$/, '-labels.lst');
  return addLabels(rows, { path, label: fileLabel(path) }, task.labels);
}

function describeTaken(task: TaskRules, taken: number): string {
  const where = task.introduce === undefined ? '' : ' of each subject';
  const count = formatCounted(taken, 'question');
  return `There is no file of examples, so that the first questions${where} are the examples and are not asked (${count}).`;
}

function measureChance(questions: readonly Question[]): number {
  const chances = questions.map((question) => (question.kind === 'choice' ? 1 / question.options.length : 0));
  return chances.reduce<number>((sum, chance) => sum + chance, 0) / questions.length;
}

import { createHash } from 'node:crypto';
import path from 'node:path';
import {
  compareAccuracy,
  judgeChoices,
  judgeWritten,
  measureAccuracy,
  measureGroups,
  readTask,
  scoreQuestions,
  type Accuracy,
  type AccuracyRule,
  type ChoiceQuestion,
  type DownloadProgress,
  type OptionScore,
  type Question,
  type TaskQuestions,
  type WrittenQuestion,
} from '../../evaluate/index.js';
import type { AccuracyReport, TaskFigures, TaskReport } from '../../report/index.js';
import { formatCounted } from '../../gguf/index.js';
import { findCacheFolder } from '../cacheFolder.js';
import { describeModelConditions } from '../conditions.js';
import { openJournal, type Journal } from '../journal.js';
import { reportProgress } from '../start.js';
import { findLongest } from '../textStart.js';
import type { Evaluation } from './evaluation.js';
import type { HashedModel } from '../openHashed.js';
import type { EvalRequest, TaskSelection } from './options.js';
import { writeAnswers } from './writeAnswers.js';

/** Reads the questions of all tasks that are asked for, before any model is loaded. */
export async function readTasks(options: EvalRequest): Promise<readonly TaskQuestions[]> {
  const read: TaskQuestions[] = [];
  for (const selection of options.tasks ?? []) {
    read.push(
      await readTask({
        ...selection,
        cacheFolder: path.join(options.cacheFolder ?? findCacheFolder(), 'data'),
        signal: options.signal,
        onProgress: reportDownload(options, selection),
      }),
    );
  }
  return read;
}

function reportDownload(options: EvalRequest, { task }: TaskSelection) {
  const report = reportProgress(options, 'download', task);
  return ({ bytes, totalBytes }: DownloadProgress) => {
    report(bytes, totalBytes ?? bytes);
  };
}

/** What a model answered: right or wrong by each rule. */
interface Answers {
  readonly outcomes: readonly boolean[];
  readonly byRule: Readonly<Record<AccuracyRule, readonly boolean[]>> | undefined;
  /** Questions whose beginning was cut off for want of room. */
  readonly cut: number;
}

/** Asks a task of the model, and of the original. */
export async function evaluateTask(evaluation: Evaluation, task: TaskQuestions): Promise<TaskReport> {
  const { model, original } = evaluation.models;
  const before =
    original === undefined ? undefined : await answerTask(evaluation, original, task, 'original');
  const after = await answerTask(evaluation, model, task, original === undefined ? '' : 'model');
  const difference = before === undefined ? undefined : compareAccuracy(before.outcomes, after.outcomes);
  const cut = Math.max(before?.cut ?? 0, after.cut);
  const note =
    cut === 0
      ? []
      : [`The beginning of ${formatCounted(cut, 'question')} was cut off: longer than what is run at once.`];
  return {
    name: task.name,
    title: task.title,
    questions: task.questions.length,
    shots: task.shots,
    rule: task.rule ?? null,
    chance: task.chance,
    before: before === undefined ? null : describeFigures(task, before),
    after: describeFigures(task, after),
    difference:
      difference === undefined
        ? null
        : {
            value: difference.difference,
            error: toFinite(difference.error),
            gained: difference.gained,
            lost: difference.lost,
          },
    notes: [...task.notes, ...note],
  };
}

async function answerTask(
  evaluation: Evaluation,
  asked: HashedModel,
  task: TaskQuestions,
  who: string,
): Promise<Answers> {
  const { options, folder } = evaluation;
  const settings = {
    ...describeModelConditions(asked.model, asked.hash, options),
    room: findLongest(asked.model),
  };
  const journal = await openJournal<Answer>(folder, 'answers', settings, options.fresh);
  try {
    return await answerQuestions(
      evaluation,
      asked,
      task,
      journal,
      [task.title, who].filter(Boolean).join(', '),
    );
  } finally {
    await journal.flush();
  }
}

/** As it is kept: log-likelihoods of the options and of what they do not share, or the text written. */
type Answer =
  | {
      readonly scores: readonly KeptScore[];
      /** Whether the question lost its beginning. */ readonly cut?: true;
    }
  | { readonly text: string };

type KeptScore = readonly [whole: number | null, own: number | null, ownTokens: number];

async function answerQuestions(
  { options }: Evaluation,
  { model }: HashedModel,
  { questions, rule }: TaskQuestions,
  journal: Journal<Answer>,
  part: string,
): Promise<Answers> {
  const report = reportProgress(options, 'task', part);
  const ids = questions.map(identifyQuestion);
  const open = questions.flatMap((question, index) =>
    journal.get(ids[index] ?? '') === undefined ? [{ question, id: ids[index] ?? '' }] : [],
  );
  let done = questions.length - open.length;
  report(done, questions.length);
  const keep = (id: string, answer: Answer) => {
    journal.add(id, answer);
    done++;
    report(done, questions.length);
  };

  const choices = open.filter(
    (one): one is { question: ChoiceQuestion; id: string } => one.question.kind === 'choice',
  );
  await scoreQuestions(
    model,
    choices.map(({ question }) => question),
    {
      signal: options.signal,
      longest: findLongest(model),
      onScored(index, scores, isCut) {
        keep(choices[index]?.id ?? '', {
          scores: scores.map((score) => [score.logProbability, score.ownLogProbability, score.ownTokens]),
          ...(isCut && { cut: true }),
        });
      },
    },
  );
  const written = open.filter(
    (one): one is { question: WrittenQuestion; id: string } => one.question.kind === 'written',
  );
  await writeAnswers(
    model,
    written.map(({ question }) => question),
    (index, text) => {
      keep(written[index]?.id ?? '', { text });
    },
    options.signal,
  );
  const answers = ids.map((id) => journal.get(id));
  return {
    ...judgeAnswers(questions, answers, rule),
    cut: answers.filter((answer) => answer !== undefined && 'cut' in answer).length,
  };
}

/** What a question is, whatever file it came from. */
function identifyQuestion(question: Question): string {
  const content = { ...question, id: undefined, group: undefined };
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 24);
}

function judgeAnswers(
  questions: readonly Question[],
  answers: readonly (Answer | undefined)[],
  rule: AccuracyRule | undefined,
): Omit<Answers, 'cut'> {
  const judge = (by: AccuracyRule) =>
    questions.map((question, i) => {
      const answer = answers[i];
      if (question.kind === 'written') {
        return answer !== undefined && 'text' in answer && judgeWritten(question, answer.text).right;
      }
      const scores = answer !== undefined && 'scores' in answer ? answer.scores.map(toOptionScore) : [];
      return judgeChoices([question], [scores], by)[0] ?? false;
    });
  if (rule === undefined) return { outcomes: judge('raw'), byRule: undefined };
  const byRule = { raw: judge('raw'), perCharacter: judge('perCharacter'), perToken: judge('perToken') };
  return { outcomes: byRule[rule], byRule };
}

/** JSON has null for what is infinitely unlikely. */
function toOptionScore([whole, own, ownTokens]: KeptScore): OptionScore {
  return { logProbability: whole ?? -Infinity, ownLogProbability: own ?? -Infinity, ownTokens };
}

function describeFigures({ questions }: TaskQuestions, { outcomes, byRule }: Answers): TaskFigures {
  const describe = (of: readonly boolean[] | undefined) =>
    of === undefined ? null : describeAccuracy(measureAccuracy(of));
  return {
    accuracy: describeAccuracy(measureAccuracy(outcomes)),
    raw: describe(byRule?.raw),
    perCharacter: describe(byRule?.perCharacter),
    perToken: describe(byRule?.perToken),
    groups: measureGroups(questions, outcomes).map(({ group, questions: count, accuracy }) => ({
      group,
      questions: count,
      ...describeAccuracy(accuracy),
    })),
  };
}

function describeAccuracy({ value, error }: Accuracy): AccuracyReport {
  return { value, error: toFinite(error) };
}

function toFinite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

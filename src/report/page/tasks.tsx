import { formatPoints, formatShare, formatShareWithin } from '../format.js';
import type { AccuracyReport, EvalReport, TaskReport } from '../evaluation.js';
import { Figure } from './Figure.js';
import { drawPlot } from './plot.js';
import type { Section } from './section.js';
import { Table } from './Table.js';

/** The share of questions answered rightly, by task. */
export async function makeTasks({ tasks }: EvalReport): Promise<Section | undefined> {
  if (tasks.length === 0) return undefined;
  const rows = tasks.flatMap((task) =>
    listAccuracies(task).map(({ who, value, error }) => ({
      task: task.title,
      who,
      value: 100 * value,
      low: 100 * (value - (error ?? 0)),
      high: 100 * (value + (error ?? 0)),
      chance: 100 * task.chance,
    })),
  );
  const models = [...new Set(rows.map(({ who }) => who))];
  const plot = await drawPlot(() => ({
    height: 80 + 36 * rows.length,
    data: { values: rows },
    encoding: {
      y: { field: 'task', type: 'nominal', title: null, sort: null, axis: { grid: true } },
      yOffset: { field: 'who', sort: models, scale: { paddingOuter: 0.5 } },
      color: {
        field: 'who',
        type: 'nominal',
        title: null,
        scale: {
          domain: models,
          range: models.length === 1 ? ['var(--drop)'] : ['var(--keep)', 'var(--drop)'],
        },
      },
    },
    layer: [
      {
        mark: { type: 'rule', strokeWidth: 2 },
        encoding: {
          x: { field: 'low', type: 'quantitative', title: 'right answers, %', axis: { grid: false } },
          x2: { field: 'high' },
        },
      },
      {
        mark: { type: 'point', filled: true, size: 70, opacity: 1 },
        encoding: { x: { field: 'value', type: 'quantitative' } },
      },
      {
        mark: { type: 'tick', color: 'var(--muted)', thickness: 2, size: 12 },
        encoding: { x: { field: 'chance', type: 'quantitative' }, color: { value: 'var(--muted)' } },
      },
    ],
  }));
  return {
    id: 'tasks',
    title: 'Questions answered',
    body: (
      <>
        <Figure
          plot={plot}
          caption="Share of right answers with its standard error, by task; the upright mark is what guessing would get."
        >
          <Table
            label="Accuracy by task"
            head={['', 'questions', 'examples', 'guessing', ...models, 'change, points']}
            rows={tasks.map((task) => [
              task.title,
              task.questions,
              task.shots,
              formatShare(task.chance),
              ...listAccuracies(task).map(({ value, error }) => formatShareWithin(value, error)),
              task.difference === null ? '' : formatPoints(task.difference.value, task.difference.error),
            ])}
          />
        </Figure>
        {tasks.flatMap(({ title, notes }) => notes.map((note) => <p class="note">{`${title}: ${note}`}</p>))}
      </>
    ),
  };
}

function listAccuracies({
  before,
  after,
}: TaskReport): readonly (AccuracyReport & { readonly who: string })[] {
  if (before === null) return [{ who: 'model', ...after.accuracy }];
  return [
    { who: 'original', ...before.accuracy },
    { who: 'model', ...after.accuracy },
  ];
}

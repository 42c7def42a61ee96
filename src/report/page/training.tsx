import type { RunReport } from '../run.js';
import { describeTraining } from '../training.js';
import { Figure } from './Figure.js';
import { drawPlot } from './plot.js';
import type { Section } from './section.js';
import { Table } from './Table.js';
import { formatNats } from './words.js';

/** How the divergence fell while an adapter was trained. */
export async function makeTraining({ healing }: RunReport): Promise<Section | undefined> {
  const training = healing?.training;
  if (training == null) return undefined;
  const points = training.course.flatMap(({ seconds, divergence, trainedDivergence, rounded }) => [
    { minutes: seconds / 60, divergence, windows: rounded ? 'held out, as written' : 'held out' },
    ...(trainedDivergence === null
      ? []
      : [{ minutes: seconds / 60, divergence: trainedDivergence, windows: 'trained on' }]),
  ]);
  const plot = await drawPlot(() => ({
    height: 260,
    data: { values: points },
    mark: { type: 'line', strokeWidth: 2, point: { filled: true } },
    encoding: {
      x: { field: 'minutes', type: 'quantitative', title: 'minutes of training' },
      y: {
        field: 'divergence',
        type: 'quantitative',
        title: 'KL, nats a token',
        scale: { zero: false },
        axis: { tickCount: 4 },
      },
      color: {
        field: 'windows',
        type: 'nominal',
        title: null,
        scale: {
          domain: ['held out', 'held out, as written', 'trained on'],
          range: ['var(--part)', 'var(--keep)', 'var(--drop)'],
        },
        legend: { orient: 'top' },
      },
    },
  }));
  return {
    id: 'training',
    title: 'Training',
    body: (
      <Figure plot={plot} caption={describeTraining(training)}>
        <Table
          label="What held-out windows said during training"
          head={['step', 'minutes', 'KL held out', 'of matrices', 'KL trained on']}
          rows={training.course.map(({ step, seconds, divergence, trainedDivergence, rounded }) => [
            step,
            (seconds / 60).toFixed(1),
            formatNats(divergence),
            rounded ? 'as written' : 'as floats',
            formatNats(trainedDivergence),
          ])}
        />
      </Figure>
    ),
  };
}

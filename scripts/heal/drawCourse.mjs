import { drawPlot } from '../drawPlot.mjs';

/** The divergence of held-out windows by the minutes since healing began: in closed form, then by training. */
function listCourse({ steps, training, divergenceBefore }) {
  const closed = steps.filter(({ kept }) => kept);
  const begun = steps.at(-1)?.seconds ?? 0;
  return [
    { seconds: 0, divergence: divergenceBefore },
    ...closed.map(({ seconds, fit }) => ({ seconds, divergence: fit.divergenceAfter })),
    ...(training?.course ?? []).map(({ step, seconds, divergence, rounded }) => ({
      seconds: begun + seconds,
      divergence,
      isWritten: rounded || step === 0,
    })),
  ].map(({ seconds, divergence, isWritten = true }) => ({
    minutes: seconds / 60,
    divergence,
    isWritten,
  }));
}

/**
 * Draws how the divergence fell, a line for each way of healing and a panel for each drop. Points are hollow where matrices
 * are judged as floats, and filled where they are as they would be written.
 * @param rows of `{ drop, method, healing }`
 */
export function drawCourse(file, rows) {
  const legend = { orient: 'bottom', direction: 'vertical' };
  const method = { field: 'method', type: 'nominal', sort: null, title: 'healed by', legend };
  return drawPlot(file, {
    data: {
      values: rows.flatMap(({ drop, method, healing }) =>
        listCourse(healing).map((point) => ({ ...point, method, drop })),
      ),
    },
    facet: { field: 'drop', header: { labelAnchor: 'start' } },
    columns: 1,
    resolve: { scale: { x: 'independent', y: 'independent' } },
    spec: {
      width: 520,
      height: 300,
      layer: [
        { mark: 'line' },
        {
          mark: { type: 'point', size: 35, opacity: 1 },
          encoding: {
            fill: {
              condition: {
                test: 'datum.isWritten',
                field: 'method',
                type: 'nominal',
                sort: null,
              },
              value: 'white',
            },
          },
        },
      ],
      encoding: {
        x: { field: 'minutes', type: 'quantitative', title: 'minutes of healing' },
        y: {
          field: 'divergence',
          type: 'quantitative',
          scale: { zero: false },
          title: 'held-out divergence, nats a token',
        },
        color: method,
      },
    },
  });
}

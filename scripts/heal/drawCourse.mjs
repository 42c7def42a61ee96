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
  const drops = [...new Set(rows.map(({ drop }) => drop))];
  return drawPlot(file, {
    vconcat: drops.map((drop) => drawPanel(drop, rows)),
    resolve: { scale: { color: 'independent', fill: 'independent' } },
  });
}

function drawPanel(drop, rows) {
  const method = { field: 'method', type: 'nominal', sort: null };
  const legend = { orient: 'bottom', direction: 'vertical' };
  const fill = { condition: { test: 'datum.isWritten', ...method }, value: 'white' };
  return {
    title: { text: drop, anchor: 'start', fontSize: 13 },
    data: {
      values: rows
        .filter((row) => row.drop === drop)
        .flatMap(({ method, healing }) => listCourse(healing).map((point) => ({ ...point, method }))),
    },
    width: 520,
    height: 300,
    layer: [{ mark: 'line' }, { mark: { type: 'point', size: 35, opacity: 1 }, encoding: { fill } }],
    encoding: {
      x: { field: 'minutes', type: 'quantitative', title: 'minutes of healing' },
      y: {
        field: 'divergence',
        type: 'quantitative',
        scale: { zero: false },
        title: 'held-out divergence, nats a token',
      },
      color: { ...method, title: 'healed by', legend },
    },
  };
}

import path from 'node:path';
import { drawPlot } from '../drawPlot.mjs';

export const plotFolder = path.resolve(import.meta.dirname, '..', '..', 'docs', 'reproduction');

const line = { type: 'line', point: { filled: true, size: 45 } };
const size = { width: 330, height: 240 };
const blocksDropped = {
  field: 'count',
  type: 'quantitative',
  title: 'blocks dropped',
  axis: { tickMinStep: 1 },
};
const byShare = { field: 'share', type: 'nominal', sort: null, title: 'dropped' };

/** Draws a plot with a panel for each model into docs/reproduction and gives the Markdown that shows it. */
async function draw(name, alternative, rows, panel) {
  await drawPlot(path.join(plotFolder, `${name}.svg`), {
    data: { values: rows },
    facet: { column: { field: 'model' } },
    resolve: { scale: { x: 'independent', xOffset: 'independent' } },
    spec: { ...size, ...panel },
  });
  return `![${alternative}](reproduction/${name}.svg)`;
}

/** A colour, and for those who see none a shape, by a field. */
const tellApart = (field, title) => ({
  color: { field, type: 'nominal', sort: null, title },
  shape: { field, type: 'nominal', sort: null, title },
});

/** What is 10,000 times worse is not worth telling apart. */
export function drawDamage(rows) {
  return draw('damage', 'Perplexity against the number of dropped blocks, a line for each order', rows, {
    mark: { ...line, clip: true },
    encoding: {
      x: blocksDropped,
      y: {
        field: 'ratio',
        type: 'quantitative',
        scale: { type: 'log', domain: [1, 10_000] },
        axis: { format: ',' },
        title: 'perplexity, times that of the whole model',
      },
      ...tellApart('order', 'order'),
    },
  });
}

export function drawMixtures(rows) {
  return draw(
    'quantisation',
    'Damage of pruning and quantising together beside the sum of both alone',
    rows,
    {
      layer: [
        {
          mark: { type: 'bar' },
          encoding: {
            y: { field: 'logRatio', type: 'quantitative', title: 'ln of the ratio of perplexities' },
            color: byShare,
          },
        },
        {
          mark: { type: 'tick', color: 'black', thickness: 2 },
          encoding: { y: { field: 'sum', type: 'quantitative' } },
        },
      ],
      encoding: {
        x: { field: 'type', type: 'nominal', sort: null, title: null, axis: { labelAngle: 0 } },
        xOffset: { field: 'share', type: 'nominal', sort: null },
      },
    },
  );
}

export function drawLatency(rows) {
  return draw('latency', 'Speed-up by texts side by side, for prompts and for generation', rows, {
    mark: line,
    encoding: {
      x: { field: 'texts', type: 'ordinal', title: 'texts side by side', axis: { labelAngle: 0 } },
      y: {
        field: 'speedUp',
        type: 'quantitative',
        scale: { zero: false },
        title: 'speed, times that of the whole model',
      },
      color: byShare,
      strokeDash: { field: 'work', type: 'nominal', sort: null, title: 'of' },
      shape: { field: 'work', type: 'nominal', sort: null, title: 'of' },
    },
  });
}

export function drawCollapse(rows) {
  return draw('collapse', 'What is left of answers and of written texts as blocks go', rows, {
    mark: line,
    encoding: {
      x: blocksDropped,
      y: { field: 'left', type: 'quantitative', title: 'left, of the whole model', axis: { format: '%' } },
      ...tellApart('what', null),
    },
  });
}

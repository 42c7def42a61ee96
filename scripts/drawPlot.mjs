import { writeFileSync } from 'node:fs';
import { parse, View } from 'vega';
import { compile } from 'vega-lite';

/** Okabe and Ito's colours, which those with a colour deficiency can tell apart. */
const colours = ['#0072B2', '#E69F00', '#009E73', '#CC79A7', '#D55E00', '#56B4E9', '#000000'];

const theme = {
  background: 'white',
  padding: 12,
  config: {
    range: { category: colours },
    font: 'system-ui, sans-serif',
    axis: { gridColor: '#e5e5e5', labelFontSize: 11, titleFontSize: 12, titleFontWeight: 'normal' },
    legend: { labelFontSize: 11, titleFontSize: 12, labelLimit: 0 },
    header: { labelFontSize: 13, labelFontWeight: 'bold', title: null },
    view: { stroke: '#cccccc' },
  },
};

/** Draws a plot of documents, given what vega-lite is to draw, into a file. */
export async function drawPlot(file, spec) {
  const view = new View(parse(compile({ ...theme, ...spec }).spec), { renderer: 'none' });
  writeFileSync(file, `${await view.toSVG()}\n`);
}

import { encode } from 'fast-png';
import { scheme } from 'vega';
import type { RunReport } from '../run.js';
import { drawPlot, plotWidth } from './plot.js';
import type { Section } from './section.js';
import { Figure } from './Figure.js';
import { Table } from './Table.js';

const colours = 'viridis';

/** How alike all pairs of states are, as a heat map. */
export async function makeSimilarity({ similarity, dropped }: RunReport): Promise<Section | undefined> {
  const states = similarity?.length ?? 0;
  if (similarity === null || states < 2 || similarity.some((row) => row.length !== states)) return undefined;
  const lowest = similarity.reduce((least, row) => Math.min(least, ...row), 1);
  const url = drawHeatMap(similarity, lowest);
  const last = states - 1;
  const plot = await drawPlot((isNarrow) => {
    const side = Math.min(480, plotWidth(isNarrow));
    const position = (title: string) =>
      ({
        type: 'quantitative',
        title,
        scale: { domain: [-0.5, last + 0.5], nice: false },
        axis: { grid: false, tickMinStep: 1 },
      }) as const;
    return {
      width: side,
      height: side + 55,
      data: { values: [{ url, from: -0.5, to: last + 0.5 }] },
      layer: [
        {
          mark: {
            type: 'image',
            smooth: false,
            aspect: false,
            x: 0,
            y: 0,
            align: 'left',
            baseline: 'top',
            width: { expr: 'width' },
            height: { expr: 'height' },
          },
          encoding: { url: { field: 'url', type: 'nominal' } },
        },
        {
          data: {
            values: [
              { i: 0, j: 0, cosine: lowest },
              { i: last, j: last, cosine: 1 },
            ],
          },
          mark: { type: 'point', opacity: 0 },
          encoding: {
            x: { field: 'i', ...position('state') },
            y: { field: 'j', ...position('state') },
            color: {
              field: 'cosine',
              type: 'quantitative',
              title: 'mean cosine',
              scale: { scheme: colours, domain: [lowest, 1] },
              legend: { gradientLength: 200 },
            },
          },
        },
        ...(dropped.length === 0
          ? []
          : [
              {
                data: { values: dropped.map((block) => ({ i: block, j: block, k: block + 1 })) },
                mark: { type: 'rect', fill: null, stroke: 'var(--drop)', strokeWidth: 2 },
                encoding: {
                  x: { field: 'i', type: 'quantitative' },
                  x2: { field: 'k' },
                  y: { field: 'j', type: 'quantitative' },
                  y2: { field: 'k' },
                },
              } as const,
            ]),
      ],
    };
  });
  const steps = similarity.slice(1).map((row, block) => row[block] ?? NaN);
  const stillest = steps.indexOf(Math.max(...steps));
  const caption =
    `Mean cosine of the residual stream between two blocks with that at any other place, from ${states} states: light where the ` +
    `blocks between turn it little. The two states around block ${stillest} are most alike (${(steps[stillest] ?? NaN).toFixed(3)}).` +
    (dropped.length === 0 ? '' : ' Framed: the states around what is dropped.');
  return {
    id: 'similarity',
    title: 'How alike the states between blocks are',
    body: (
      <Figure plot={plot} caption={caption}>
        <Table
          label="Cosines of all pairs of states"
          head={['state', ...similarity.map((_, j) => j)]}
          rows={similarity.map((row, i) => [i, ...row.map((value) => value.toFixed(3))])}
        />
      </Figure>
    ),
  };
}

/** A pixel for each pair, the state before the first block at the bottom on the left. */
function drawHeatMap(matrix: readonly (readonly number[])[], lowest: number): string {
  const size = matrix.length;
  const paint = scheme(colours) as (share: number) => string;
  const data = new Uint8Array(3 * size * size);
  matrix.forEach((row, i) => {
    row.forEach((value, j) => {
      const share = (value - lowest) / (1 - lowest || 1);
      const rgb = paint(share)
        .match(/\d+(?=[,)])/g)
        ?.map(Number);
      data.set(rgb ?? [0, 0, 0], 3 * ((size - 1 - j) * size + i));
    });
  });
  const png = encode({ width: size, height: size, data, channels: 3 });
  return `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
}

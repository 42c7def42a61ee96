import { chooseDamage, isChosenStep } from '../curve.js';
import { formatBytes } from '../format.js';
import type { RunReport } from '../run.js';
import { Figure } from './Figure.js';
import { drawPlot } from './plot.js';
import type { Section } from './section.js';
import { Table } from './Table.js';
import { formatDropped, formatIncrease, formatNats } from './words.js';

/** The damage against how much is dropped. */
export async function makeDamage(run: RunReport): Promise<Section | undefined> {
  const { curve, search, metric } = run;
  const readDamage = chooseDamage(curve);
  const rows = curve.flatMap((step) => {
    const damage = readDamage(step);
    const count = step.dropped.length + step.droppedAttention.length;
    return damage === null ? [] : [{ count, damage, chosen: isChosenStep(run, step) }];
  });
  if (rows.length < 2) return undefined;
  const hasAttention = curve.some((step) => step.droppedAttention.length > 0);
  const what = hasAttention ? 'blocks and attentions dropped' : 'blocks dropped';
  const measure = search?.judge === 'perplexity' ? 'growth of the loss, nats' : 'KL divergence, nats';
  const plot = await drawPlot(() => ({
    height: 260,
    data: { values: rows },
    encoding: {
      x: { field: 'count', type: 'quantitative', title: what, axis: { tickMinStep: 1, grid: false } },
      y: { field: 'damage', type: 'quantitative', title: measure, axis: { tickCount: 5 } },
    },
    layer: [
      { mark: { type: 'line', color: 'var(--keep)', strokeWidth: 2 } },
      { mark: { type: 'point', filled: true, size: 40, color: 'var(--keep)', opacity: 1 } },
      {
        transform: [{ filter: 'datum.chosen' }],
        mark: { type: 'point', filled: true, size: 160, color: 'var(--drop)', opacity: 1, shape: 'diamond' },
      },
    ],
  }));
  const chosen = rows.find((row) => row.chosen);
  const way =
    search === null
      ? `the lowest by ${metric ?? 'their scores'}`
      : 'the best set that the search found of its size';
  const caption =
    `Damage a token against the number of ${what}, each ${way}` +
    (chosen === undefined ? '.' : `; chosen: ${chosen.count}, at ${formatNats(chosen.damage)}.`);
  const hasFigures = curve.some(({ figures }) => figures !== null);
  return {
    id: 'damage',
    title: 'Damage by number of blocks',
    body: (
      <Figure plot={plot} caption={caption}>
        <Table
          label="Damage of each number of blocks"
          head={['dropped', 'which', 'damage', ...(hasFigures ? ['file', 'perplexity'] : [])]}
          rows={curve.map((step) => [
            step.dropped.length + step.droppedAttention.length,
            formatDropped(step),
            formatNats(readDamage(step)),
            ...(hasFigures
              ? [
                  formatBytes(step.figures?.bytes ?? NaN),
                  formatIncrease(step.figures?.perplexityIncrease ?? null),
                ]
              : []),
          ])}
        />
      </Figure>
    ),
  };
}

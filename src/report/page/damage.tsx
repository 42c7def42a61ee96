import { formatDropped, formatNats, formatPercent } from './words.js';
import { formatBytes } from '../format.js';
import type { CurveStepReport, RunReport } from '../run.js';
import { Figure } from './Figure.js';
import { drawPlot } from './plot.js';
import type { Section } from './section.js';
import { Table } from './Table.js';

/** What a step of the curve is plotted by: what the search measured or, without one, the divergence on held-out text. */
export function readDamage({ damage, figures }: CurveStepReport): number | null {
  return damage ?? figures?.kl ?? null;
}

/** The damage against how much is dropped. */
export async function makeDamage({
  curve,
  dropped,
  droppedAttention,
  search,
}: RunReport): Promise<Section | undefined> {
  const isChosen = (step: CurveStepReport) =>
    step.dropped.join() === dropped.join() && step.droppedAttention.join() === droppedAttention.join();
  const rows = curve.flatMap((step) => {
    const damage = readDamage(step);
    const count = step.dropped.length + step.droppedAttention.length;
    return damage === null ? [] : [{ count, damage, chosen: isChosen(step) }];
  });
  if (rows.length < 2) return undefined;
  const hasAttention = curve.some((step) => step.droppedAttention.length > 0);
  const what = hasAttention ? 'blocks and attentions dropped' : 'blocks dropped';
  const measure =
    search?.judge === 'perplexity' ? 'growth of the loss, nats a token' : 'KL divergence, nats a token';
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
  const caption =
    `Damage against the number of ${what}, each set the best that was found of its size` +
    (chosen === undefined ? '.' : `; chosen: ${chosen.count}, at ${formatNats(chosen.damage)}.`);
  const hasFigures = curve.some(({ figures }) => figures !== null);
  return {
    id: 'damage',
    title: 'What dropping more would cost',
    body: (
      <Figure plot={plot} caption={caption}>
        <Table
          label="Damage by number of blocks"
          head={['dropped', 'which', 'damage', ...(hasFigures ? ['file', 'perplexity'] : [])]}
          rows={curve.map((step) => [
            step.dropped.length + step.droppedAttention.length,
            formatDropped(step),
            formatNats(readDamage(step)),
            ...(hasFigures
              ? [
                  formatBytes(step.figures?.bytes ?? NaN),
                  formatPercent(step.figures?.perplexityIncrease ?? null),
                ]
              : []),
          ])}
        />
      </Figure>
    ),
  };
}

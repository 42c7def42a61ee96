import type { DivergenceReport } from '../run.js';

/** A point of a plot of the distance from the original against the size of a file. */
export function spreadCost(bytes: number, { mean, error }: DivergenceReport) {
  return { size: bytes / 1e6, kl: mean, low: mean - error, high: mean + error };
}

/** What {@link spreadCost} made: a point, and a rule as long as its standard error both ways. */
export function layCosts<Shape>(shape: Shape, size: number) {
  return {
    x: { field: 'size', type: 'quantitative', title: 'file, MB', scale: { zero: false } },
    layer: [
      {
        mark: { type: 'rule' },
        encoding: { y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } },
      },
      {
        mark: { type: 'point', filled: true, size, opacity: 1 },
        encoding: {
          y: { field: 'kl', type: 'quantitative', title: 'KL divergence, nats a token' },
          shape,
        },
      },
    ],
  } as const;
}

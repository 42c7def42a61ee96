import type { Fit } from './fit.js';

/** A fit, and how far the model is from the original with it, in nats a token; null where that was not measured. */
export interface TriedFit {
  readonly fit: Fit;
  readonly divergence: number | null;
}

/** How many fits of a step are measured at most. */
const mostMeasured = 2;

/**
 * Chooses among fits of one step: the one nearest to the original's states or, if that gains nothing, the one of the
 * next larger ridge, which changes less. What is nearer to the states need not be nearer to the answers.
 *
 * @param fits by ridge, ascending
 * @param divergence without any of them
 * @param leastGain the least share by which the nearest one is nearer, to be measured at all
 * @param measure puts a fit in place and measures it; the last one that was measured is the one that gains something
 */
export async function chooseFit(
  fits: readonly Fit[],
  divergence: number,
  leastGain: number,
  measure: (fit: Fit) => Promise<number>,
): Promise<TriedFit> {
  const nearest = fits.reduce((best, fit) => (fit.after < best.after ? fit : best));
  let best: TriedFit = { fit: nearest, divergence: null };
  if (!(nearest.after <= (1 - leastGain) * nearest.before)) return best;
  const from = fits.indexOf(nearest);
  for (const fit of fits.slice(from, from + mostMeasured)) {
    const found = await measure(fit);
    if (best.divergence === null || found < best.divergence) best = { fit, divergence: found };
    if (found < divergence) break;
  }
  return best;
}

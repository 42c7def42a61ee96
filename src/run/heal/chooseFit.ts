import type { Fit } from './fit.js';

/** A fit, and how far the model is from the original with it, in nats a token. */
export interface TriedFit {
  readonly fit: Fit;
  readonly divergence: number;
}

/**
 * Chooses among fits of one step: the one nearest to the original's states and then, as long as it gains nothing,
 * those of larger ridges, which change less. What is nearer to the states need not be nearer to the answers.
 *
 * @param fits by ridge, ascending
 * @param divergence without any of them
 * @param measure puts a fit in place and measures it; the last one that was measured is the one that gains something
 */
export async function chooseFit(
  fits: readonly Fit[],
  divergence: number,
  measure: (fit: Fit) => Promise<number>,
): Promise<TriedFit> {
  const nearest = fits.reduce((best, fit) => (fit.after < best.after ? fit : best));
  let best: TriedFit | undefined;
  for (const fit of fits.slice(fits.indexOf(nearest))) {
    const found = { fit, divergence: await measure(fit) };
    if (best === undefined || found.divergence < best.divergence) best = found;
    if (found.divergence < divergence) break;
  }
  if (best === undefined) throw new RangeError('no fit was tried');
  return best;
}

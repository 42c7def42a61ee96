import { PruneError } from '../../errors.js';

/** How two models differ on the same questions. */
export interface AccuracyDifference {
  /** Accuracy after − accuracy before. */
  readonly difference: number;
  /** Its standard error, from the questions one by one. */
  readonly error: number;
  /** Questions that the first got wrong and the second right. */
  readonly gained: number;
  /** Questions that the first got right and the second wrong. */
  readonly lost: number;
}

/**
 * Compares two models question by question. Pairing takes out how hard the questions are, so that the error is smaller
 * than that of two accuracies taken apart (Miller 2024, Adding Error Bars to Evals, section 4): it is the standard
 * deviation of the differences (1, 0 or −1) over the square root of their number. Infinity from one question alone.
 *
 * @throws PruneError DATA when there are no questions, or not as many of both
 */
export function compareAccuracy(before: readonly boolean[], after: readonly boolean[]): AccuracyDifference {
  const count = before.length;
  if (count === 0 || after.length !== count) {
    throw new PruneError(
      'DATA',
      `${count} and ${after.length} outcomes cannot be compared. Both models must have answered the same questions, at least one.`,
    );
  }
  const gained = before.filter((right, i) => !right && after[i] === true).length;
  const lost = before.filter((right, i) => right && after[i] === false).length;
  const difference = (gained - lost) / count;
  const variance = (gained + lost - count * difference ** 2) / (count - 1);
  return {
    difference,
    error: count === 1 ? Infinity : Math.sqrt(Math.max(0, variance) / count),
    gained,
    lost,
  };
}

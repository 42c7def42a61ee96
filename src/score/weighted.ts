/** The mean of values that count by their weights. */
export function weighMean(values: readonly number[], weights: readonly number[]): number {
  const sum = values.reduce((all, value, i) => all + value * (weights[i] ?? NaN), 0);
  return sum / weights.reduce((all, weight) => all + weight, 0);
}

/**
 * Standard error of the mean of independent values that count by their weights, as one window counts by its tokens; Infinity
 * for fewer than two.
 */
export function standardError(values: readonly number[], weights: readonly number[]): number {
  const { length } = values;
  if (length < 2) return Infinity;
  const mean = weighMean(values, weights);
  const squares = values.reduce((sum, value, i) => sum + ((value - mean) * (weights[i] ?? NaN)) ** 2, 0);
  return Math.sqrt((squares * length) / (length - 1)) / weights.reduce((all, weight) => all + weight, 0);
}

/** How clearly a choice stands apart. */
export interface ChoiceMargin {
  /** Score of the best block not dropped minus that of the worst one dropped. */
  readonly gap: number;
  /** The gap in standard errors of the two scores; undefined where one of those is unknown. */
  readonly standardErrors: number | undefined;
}

/**
 * The distance between the dropped and the kept blocks.
 *
 * @param standardErrors of the scores; what is not finite counts as unknown
 * @returns undefined when there is nothing on one of the sides
 */
export function measureMargin(
  scores: readonly number[],
  standardErrors: readonly number[],
  dropped: readonly number[],
): ChoiceMargin | undefined {
  const isDropped = new Set(dropped);
  const blocks = scores.map((score, block) => ({ score, error: standardErrors[block] ?? Infinity, block }));
  const ascending = blocks.sort((a, b) => (a.score === b.score ? 0 : a.score - b.score));
  const highest = ascending.findLast(({ block }) => isDropped.has(block));
  const lowest = ascending.find(({ block }) => !isDropped.has(block));
  if (highest === undefined || lowest === undefined) return undefined;
  const gap = lowest.score - highest.score;
  const error = Math.hypot(highest.error, lowest.error);
  return { gap, standardErrors: Number.isFinite(error) ? gap / error : undefined };
}

/** How clearly a choice stands apart. */
export interface ChoiceMargin {
  /** Score of the best block not dropped minus that of the worst one dropped. */
  readonly gap: number;
  /** The gap in standard errors of the two scores. */
  readonly standardErrors: number;
}

/**
 * The distance between the dropped and the kept blocks.
 *
 * @param standardErrors of the scores; Infinity counts as unknown
 * @returns undefined when there is nothing on one of the sides
 */
export function measureMargin(
  scores: readonly number[],
  standardErrors: readonly number[],
  dropped: readonly number[],
): ChoiceMargin | undefined {
  const isDropped = new Set(dropped);
  const blocks = scores.map((score, block) => ({ score, error: standardErrors[block] ?? Infinity, block }));
  const highest = blocks.filter(({ block }) => isDropped.has(block)).sort((a, b) => b.score - a.score)[0];
  const lowest = blocks.filter(({ block }) => !isDropped.has(block)).sort((a, b) => a.score - b.score)[0];
  if (highest === undefined || lowest === undefined) return undefined;
  const gap = lowest.score - highest.score;
  return { gap, standardErrors: gap / Math.hypot(highest.error, lowest.error) };
}

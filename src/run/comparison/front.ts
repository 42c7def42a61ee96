/** What files are compared by: the less of both, the better. */
export interface Ranked {
  readonly name: string;
  readonly bytes: number;
  /** Mean KL divergence from the original, in nats. */
  readonly divergence: number;
}

/**
 * For each file the one that makes it pointless: no larger and no further from the original, and better by one of them.
 * Of several the closest to the original, and of those the smallest. Null: it is on the Pareto front.
 */
export function findDominating(files: readonly Ranked[]): readonly (string | null)[] {
  return files.map((file) => {
    const better = files.filter((other) => dominates(other, file));
    better.sort((a, b) => a.divergence - b.divergence || a.bytes - b.bytes);
    return better[0]?.name ?? null;
  });
}

function dominates(a: Ranked, b: Ranked): boolean {
  const isNoWorse = a.bytes <= b.bytes && a.divergence <= b.divergence;
  return isNoWorse && (a.bytes < b.bytes || a.divergence < b.divergence);
}

/** A drop that could be made. */
export interface PossibleDrop {
  readonly dropped: readonly number[];
  /** Of the file without these blocks. */
  readonly bytes: number;
}

/**
 * For each size the drop of the fewest blocks whose file is not larger; undefined where no drop is enough.
 *
 * @param plan what a drop of so many blocks would be; undefined where so many cannot go
 * @param most the most blocks that may go
 */
export function findFewest<T extends PossibleDrop>(
  sizes: readonly number[],
  plan: (count: number) => T | undefined,
  most: number,
): readonly (T | undefined)[] {
  const planned: (T | undefined)[] = [];
  const planOnce = (count: number) => {
    for (let next = planned.length + 1; next <= count; next++) planned.push(plan(next));
    return planned[count - 1];
  };
  return sizes.map((size) => {
    for (let count = 1; count <= most; count++) {
      const drop = planOnce(count);
      if (drop !== undefined && drop.bytes <= size) return drop;
    }
    return undefined;
  });
}

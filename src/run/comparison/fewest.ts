/** A drop that could be made. */
export interface PossibleDrop {
  readonly dropped: readonly number[];
  /** Of the file without these blocks. */
  readonly bytes: number;
}

/**
 * For each size the drop of the fewest blocks whose file is not larger; undefined where no drop is enough. No more drops
 * are asked for than the sizes need.
 *
 * @param drops of more and more blocks
 */
export async function findFewest<T extends PossibleDrop>(
  sizes: readonly number[],
  drops: AsyncIterable<T> | Iterable<T>,
): Promise<readonly (T | undefined)[]> {
  const found: T[] = [];
  const find = (size: number) => found.find(({ bytes }) => bytes <= size);
  for await (const drop of drops) {
    found.push(drop);
    if (sizes.every((size) => find(size) !== undefined)) break;
  }
  return sizes.map(find);
}

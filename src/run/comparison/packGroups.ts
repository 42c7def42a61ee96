/** Puts sizes into groups, in their order, each of at most `room` together; one that does not fit is alone. */
export function packGroups(sizes: readonly number[], room: number): readonly (readonly number[])[] {
  const groups: number[][] = [];
  let taken = Infinity;
  sizes.forEach((size, index) => {
    if (taken + size > room) {
      groups.push([]);
      taken = 0;
    }
    groups.at(-1)?.push(index);
    taken += size;
  });
  return groups;
}

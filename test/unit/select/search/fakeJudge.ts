import {
  addUnit,
  nameSet,
  type UnitSet,
  type Judge,
  type SearchProblem,
} from '../../../../src/select/index.js';

/** A judge that knows a formula, and what it was asked. */
export function makeJudge(
  damage: (set: UnitSet, window: number) => number,
  windows = 4,
): Judge & { readonly asked: Map<string, number> } {
  const asked = new Map<string, number>();
  return {
    windows,
    asked,
    measure(candidates, count) {
      if (!(count >= 1 && count <= windows)) throw new RangeError(`${count} windows of ${windows}`);
      return Promise.resolve(
        candidates.map(({ set }) => {
          let sum = 0;
          for (let window = 0; window < count; window++) sum += damage(set, window);
          asked.set(nameSet(set), Math.max(count, asked.get(nameSet(set)) ?? 0));
          return sum / count;
        }),
      );
    },
  };
}

/** Nothing is forbidden, up to a number of blocks. */
export const allowAll = (units: number, count: number): SearchProblem => ({
  units,
  weigh: ({ length }) => length,
  add: addUnit,
  mayDrop: () => true,
  canLeadOn: (set: UnitSet) => set.length <= count,
});

/** The steps of a search that ends by itself. */
export async function collect<T>(steps: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const step of steps) all.push(step);
  return all;
}

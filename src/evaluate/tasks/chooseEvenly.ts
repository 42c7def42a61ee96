import { PruneError } from '../../errors.js';

/**
 * Takes `limit` of the items, evenly spaced: those at floor(i · total / limit). All where there is no limit or it is not
 * below their number.
 *
 * @throws PruneError USAGE unless the limit is a whole number above 0
 */
export function chooseEvenly<T>(items: readonly T[], limit: number | undefined): readonly T[] {
  if (limit === undefined) return items;
  if (!Number.isInteger(limit) || limit < 1)
    throw new PruneError('USAGE', `${limit} is no number of questions. It must be a whole number above 0.`);
  if (limit >= items.length) return items;
  const chosen = Array.from({ length: limit }, (_, i) => Math.floor((i * items.length) / limit));
  return chosen.flatMap((at) => items.slice(at, at + 1));
}

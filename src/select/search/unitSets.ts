import type { UnitSet } from './types.js';

/** The set with another unit. */
export function addUnit(set: UnitSet, unit: number): UnitSet {
  return [...set, unit].sort((a, b) => a - b);
}

export function removeUnit(set: UnitSet, unit: number): UnitSet {
  return set.filter((one) => one !== unit);
}

/** The units of so many that are not in the set. */
export function listKept(set: UnitSet, units: number): readonly number[] {
  return Array.from({ length: units }, (_, unit) => unit).filter((unit) => !set.includes(unit));
}

/** Of those with the same set the last one. */
export function uniqueBySet<T extends { readonly set: UnitSet }>(all: readonly T[]): readonly T[] {
  return [...new Map(all.map((one) => [nameSet(one.set), one])).values()];
}

/** Names a set. */
export function nameSet(set: UnitSet): string {
  return set.join(',');
}

/** The first unit that is in one of both sets but not in the other; Infinity for equal ones. */
export function findFirstDifference(a: UnitSet, b: UnitSet): number {
  const at = a.findIndex((unit, i) => unit !== b[i]);
  if (at === -1) return b[a.length] ?? Infinity;
  return Math.min(a[at] ?? Infinity, b[at] ?? Infinity);
}

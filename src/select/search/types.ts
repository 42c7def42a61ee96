/** Units of a model that are left out together, ascending by number, and so by depth: blocks, or parts of blocks. */
export type UnitSet = readonly number[];

/** A set to be judged. */
export interface Candidate {
  readonly set: UnitSet;
  /** A set that it is alike to: what lies below the first difference need not be run again. */
  readonly base: UnitSet;
}

/** What a search asks for the damage that a drop does. */
export interface Judge {
  /** How many windows it can measure on. */
  readonly windows: number;
  /**
   * The mean damage of each set over the first windows, in nats a token. Whatever was measured before is not measured
   * again.
   *
   * @param windows 1 to `Judge.windows`
   */
  measure(candidates: readonly Candidate[], windows: number): Promise<readonly number[]>;
}

/** What a search may choose from. */
export interface SearchProblem {
  /** How many units there are. */
  readonly units: number;
  /** What a set weighs; an average block weighs 1. */
  readonly weigh: (set: UnitSet) => number;
  /** The set with another unit, in place of those that are parts of it. */
  readonly add: (set: UnitSet, unit: number) => UnitSet;
  /** Whether a file without exactly these units can be written. */
  readonly mayDrop: (dropped: UnitSet) => boolean;
  /** Whether a set that is asked for can be made of this one by dropping more units, or none. */
  readonly canLeadOn: (dropped: UnitSet) => boolean;
  /**
   * Of the sets of so many units that may be dropped the one of the lowest sum of prices, one for each unit. Undefined
   * where every set that can lead on may be dropped itself.
   */
  readonly findLowest?: ((prices: readonly number[], size: number) => UnitSet | undefined) | undefined;
  /** Sets of so many units that scores would choose; each may be dropped. Undefined: there are no scores. */
  readonly propose?: ((size: number) => readonly UnitSet[]) | undefined;
}

/** The best set of one size that a search has found. */
export interface SearchStep {
  readonly dropped: UnitSet;
  /** Mean damage over all windows, in nats a token. */
  readonly damage: number;
}

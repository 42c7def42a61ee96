/** Blocks that are left out together, ascending. */
export type BlockSet = readonly number[];

/** A set to be judged. */
export interface Candidate {
  readonly set: BlockSet;
  /** A set that it is alike to: what lies below the first difference need not be run again. */
  readonly base: BlockSet;
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
  /** How many blocks there are. */
  readonly blocks: number;
  /** Whether a file without exactly these blocks can be written. */
  readonly mayDrop: (dropped: BlockSet) => boolean;
  /** Whether a set that is asked for can be made of this one by dropping more blocks, or none. */
  readonly canLeadOn: (dropped: BlockSet) => boolean;
}

/** The best set of one size that a search has found. */
export interface SearchStep {
  readonly dropped: BlockSet;
  /** Mean damage over all windows, in nats a token. */
  readonly damage: number;
}

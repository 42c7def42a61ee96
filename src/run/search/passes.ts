import { findFirstDifference, nameSet, type Candidate, type UnitSet } from '../../select/index.js';
import type { Units } from './units.js';

/** One pass over a window. */
export interface Pass {
  readonly set: UnitSet;
  /** The first block that is run: the input of this one is kept from an earlier pass. */
  readonly firstBlock: number;
  /** Keep the inputs of the blocks that are run, for the passes to come. */
  readonly keepInputs: boolean;
}

/** Blocks that a pass runs; one without its attention is one. */
export function countBlocks({ set, firstBlock }: Pass, { blocks, toDrop }: Units): number {
  return blocks - firstBlock - toDrop(set).dropped.filter((block) => block >= firstBlock).length;
}

/**
 * Plans the passes over one window that run the fewest blocks: sets that are alike to the same base begin where they
 * differ from it, after a pass that keeps the base's inputs, if that pays.
 *
 * @param kept the set whose inputs are kept; undefined for none
 * @returns passes in the order they are to be run
 */
export function planPasses(
  candidates: readonly Candidate[],
  kept: UnitSet | undefined,
  units: Units,
): readonly Pass[] {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const name = nameSet(candidate.base);
    groups.set(name, [...(groups.get(name) ?? []), candidate]);
  }
  const passes: Pass[] = [];
  let current = kept;
  for (const group of groups.values()) {
    const base = group[0]?.base ?? [];
    const direct = group.map(({ set }) => begin(set, current, units));
    const keep = { ...begin(base, current, units), keepInputs: true };
    const others = group.filter(({ set }) => nameSet(set) !== nameSet(base));
    const fromBase = [keep, ...others.map(({ set }) => begin(set, base, units))];
    const isSame = current !== undefined && nameSet(current) === nameSet(base);
    if (!isSame && countAll(fromBase, units) < countAll(direct, units)) {
      passes.push(...fromBase);
      current = base;
    } else {
      passes.push(...direct);
    }
  }
  return passes;
}

function begin(set: UnitSet, kept: UnitSet | undefined, { blocks, blockOf }: Units): Pass {
  const first = kept === undefined ? 0 : blockOf(findFirstDifference(set, kept));
  return { set, firstBlock: Math.min(first, blocks - 1), keepInputs: false };
}

/** Blocks of several passes; the head counts as one, so that of equal plans the one with fewer passes is taken. */
function countAll(passes: readonly Pass[], units: Units): number {
  return passes.reduce((sum, pass) => sum + countBlocks(pass, units) + 1, 0);
}

import { findFirstDifference, nameSet, type BlockSet, type Candidate } from '../../select/index.js';

/** One pass over a window. */
export interface Pass {
  readonly set: BlockSet;
  /** The first block that is run: the input of this one is kept from an earlier pass. */
  readonly firstBlock: number;
  /** Keep the inputs of the blocks that are run, for the passes to come. */
  readonly keepInputs: boolean;
}

/** Blocks that a pass runs. */
export function countBlocks({ set, firstBlock }: Pass, blocks: number): number {
  return blocks - firstBlock - set.filter((block) => block >= firstBlock).length;
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
  kept: BlockSet | undefined,
  blocks: number,
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
    const direct = group.map(({ set }) => begin(set, current, blocks));
    const keep = { ...begin(base, current, blocks), keepInputs: true };
    const others = group.filter(({ set }) => nameSet(set) !== nameSet(base));
    const fromBase = [keep, ...others.map(({ set }) => begin(set, base, blocks))];
    const isSame = current !== undefined && nameSet(current) === nameSet(base);
    if (!isSame && countAll(fromBase, blocks) < countAll(direct, blocks)) {
      passes.push(...fromBase);
      current = base;
    } else {
      passes.push(...direct);
    }
  }
  return passes;
}

function begin(set: BlockSet, kept: BlockSet | undefined, blocks: number): Pass {
  const first = kept === undefined ? 0 : findFirstDifference(set, kept);
  return { set, firstBlock: Math.min(first, blocks - 1), keepInputs: false };
}

/** Blocks of several passes; the head counts as one, so that of equal plans the one with fewer passes is taken. */
function countAll(passes: readonly Pass[], blocks: number): number {
  return passes.reduce((sum, pass) => sum + countBlocks(pass, blocks) + 1, 0);
}

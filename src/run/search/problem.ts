import { findConstraints, refuseUnknownArrays } from '../../model/index.js';
import { findLowest, isAllowed, type BlockSet, type SearchProblem } from '../../select/index.js';
import { asChoice, type Choosable, type ChooseOptions } from '../choose.js';

/**
 * What a search may choose from a model.
 * @param count the number of blocks to be dropped; undefined for any number
 * @throws PruneError DROP_REFUSED
 */
export function describeProblem(
  { header, description }: Choosable,
  count: number | undefined,
  options: ChooseOptions = {},
): SearchProblem {
  const { architecture, blocks, trunk } = description;
  refuseUnknownArrays(header, architecture, blocks.length);
  const constraints = findConstraints(header, architecture, blocks.length, options);
  const choice = asChoice(constraints);
  const isCount = (dropped: number) => constraints.explainCount(trunk - dropped) === undefined;
  const hasSuperset = (set: BlockSet, size: number) => {
    const scores = Array.from({ length: trunk }, (_, block) => (set.includes(block) ? -1 : 0));
    const lowest = isCount(size) ? findLowest(scores, size, choice) : undefined;
    return lowest !== undefined && set.every((block) => lowest.includes(block));
  };
  const mayDrop = (set: BlockSet) => isCount(set.length) && isAllowed(choice, trunk, set);
  return {
    blocks: trunk,
    mayDrop,
    canLeadOn(set) {
      if (!set.every(choice.mayDrop)) return false;
      if (count !== undefined) return set.length <= count && hasSuperset(set, count);
      for (let size = set.length; size < trunk; size++) if (hasSuperset(set, size)) return true;
      return false;
    },
  };
}

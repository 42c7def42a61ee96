import { findConstraints, listAttention, listKeptBlocks, refuseUnknownArrays } from '../../model/index.js';
import { findLowest, isAllowed, type SearchProblem, type UnitSet } from '../../select/index.js';
import { asChoice, type Choosable, type ChooseOptions } from '../choose.js';
import { wholeBlocks, type Units } from './units.js';

/**
 * What a search may choose from a model where whole blocks are dropped.
 * @param count the number of blocks to be dropped; undefined for any number
 * @throws PruneError DROP_REFUSED
 */
export function describeProblem(
  model: Choosable,
  count: number | undefined,
  options: ChooseOptions = {},
): SearchProblem {
  const { trunk } = model.description;
  const { constraints, choice } = constrain(model, options);
  const isCount = (dropped: number) => constraints.explainCount(trunk - dropped) === undefined;
  const findSet = (scores: readonly number[], size: number) =>
    isCount(size) ? findLowest(scores, size, choice) : undefined;
  const hasSuperset = (set: UnitSet, size: number) => {
    const scores = Array.from({ length: trunk }, (_, block) => (set.includes(block) ? -1 : 0));
    const lowest = findSet(scores, size);
    return lowest !== undefined && set.every((block) => lowest.includes(block));
  };
  return {
    ...describeUnits(wholeBlocks(trunk)),
    mayDrop: (set) => isCount(set.length) && isAllowed(choice, trunk, set),
    findLowest: (prices, size) => (size <= (count ?? trunk - 1) ? findSet(prices, size) : undefined),
    canLeadOn(set) {
      if (count !== undefined) return set.length <= count && hasSuperset(set, count);
      for (let size = set.length; size < trunk; size++) if (hasSuperset(set, size)) return true;
      return false;
    },
  };
}

/** What the architecture allows to be dropped. */
function constrain({ header, description }: Choosable, options: ChooseOptions) {
  const { architecture, blocks } = description;
  refuseUnknownArrays(header, architecture, blocks.length);
  const constraints = findConstraints(header, architecture, blocks.length, options);
  return { constraints, choice: asChoice(constraints) };
}

const describeUnits = ({ count, weigh, add }: Units) => ({ units: count, weigh, add });

/**
 * What a search may choose from a model where attention may be dropped alone.
 * @param weight what the dropped units are to weigh at most, but for the slack of their weights
 * @throws PruneError DROP_REFUSED
 */
export function describeUnitProblem(
  model: Choosable,
  units: Units,
  weight: number,
  options: ChooseOptions = {},
): SearchProblem {
  const { header, description } = model;
  const { trunk } = description;
  const { constraints, choice } = constrain(model, options);
  const attention = new Set(listAttention(header, description));
  const mayDrop = (set: UnitSet) => {
    const { dropped, droppedAttention } = units.toDrop(set);
    const [first] = listKeptBlocks({ dropped }, trunk);
    return (
      dropped.length + droppedAttention.length === set.length && // nothing twice
      first !== undefined &&
      !droppedAttention.includes(first) &&
      droppedAttention.every((block) => attention.has(block)) &&
      constraints.explainCount(trunk - dropped.length) === undefined &&
      isAllowed(choice, trunk, dropped)
    );
  };
  return {
    ...describeUnits(units),
    mayDrop,
    canLeadOn: (set) => units.weigh(set) <= weight + units.slack && mayDrop(set),
  };
}

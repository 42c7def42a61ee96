/** What a budget can come to, as far as a file tells before anything is measured. */
import { fileLabel } from '../gguf/index.js';
import type { Drop, ModelDescription } from '../model/index.js';
import { planDrop } from '../rewrite/index.js';
import type { Ranking } from '../score/index.js';
import { checkBudget, checkDemand, checkReach, type Budget } from '../select/index.js';
import { listDrops, rankAlike, type Choosable, type ChooseOptions } from './choose.js';

/**
 * Refuses a budget that no drop can be within, and one that the model is within as it is.
 * @param findSmallest the drop that leaves the smallest file
 * @throws PruneError USAGE, BUDGET
 */
export function checkBudgetOf(
  { header, description }: Choosable,
  budget: Budget,
  findSmallest: () => Drop,
): void {
  checkBudget(budget);
  checkDemand(budget, header.fileBytes, fileLabel(header.path));
  if (budget.maxBytes === undefined) return;
  const smallest = findSmallest();
  checkReach(budget, { ...smallest, bytes: countLeastBytes({ header, description }, smallest) });
}

/** Bytes of the file without some drop; what it says of its making comes on top, and what healing adds. */
export function countLeastBytes({ header, description }: Choosable, drop: Drop): number {
  return planDrop(header, description, drop, []).fileBytes;
}

/** Of all sets of blocks that can be dropped together the one of the most bytes; empty where none can. */
export function chooseSmallest(model: Choosable, options: ChooseOptions = {}): readonly number[] {
  const { blocks, trunk } = model.description;
  const countBytes = (set: readonly number[]) =>
    set.reduce((sum, block) => sum + (blocks[block]?.bytes ?? 0), 0);
  return listDrops(model, rankBySize(blocks, rankAlike(options, trunk)), options).reduce(
    (most, set) => (countBytes(set) > countBytes(most) ? set : most),
    [],
  );
}

/** The largest blocks first, with what the metric lets stay and go as one. */
function rankBySize(blocks: ModelDescription['blocks'], alike: Ranking): Ranking {
  const scores = alike.scores.map((_, block) => -(blocks[block]?.bytes ?? 0));
  const sum = (first: number, end: number) => scores.slice(first, end).reduce((all, one) => all + one, 0);
  return { ...alike, scores, runs: alike.runs?.map((row, first) => row.map((_, end) => sum(first, end))) };
}

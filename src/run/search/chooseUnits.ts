import { PruneError } from '../../errors.js';
import { fileLabel, formatCounted } from '../../gguf/index.js';
import { listAttention, listKeptBlocks, type Drop } from '../../model/index.js';
import { countDropped, type Amount, type Budget, type NamedAmount } from '../../select/index.js';
import { checkBudgetOf, chooseSmallest } from '../budgetReach.js';
import type { Choosable, ChooseOptions } from '../choose.js';
import type { PruneRequest } from '../options.js';
import { asResumable } from '../resumable.js';
import type { Run } from '../start.js';
import { openSearch } from './openSearch.js';
import { defaultSearch } from './options.js';
import { searchBlocks, type Found } from './searchBlocks.js';
import { searchWithinBudget } from './searchBudget.js';
import { listUnits, type UnitName, type Units } from './units.js';

/** How much of units other than blocks is to be dropped, and some drop by which it can be tried before any work. */
export type SettledUnits = { readonly unit: Exclude<UnitName, 'block'>; readonly rehearsed: Drop } & (
  { readonly weight: number; readonly shapes: readonly Drop[] } | { readonly budget: Budget }
);

/**
 * Settles what an amount means where attention may be dropped alone.
 * @throws PruneError USAGE; DROP_REFUSED for a model, or a number of blocks, of which it cannot; BUDGET for one that no drop
 *   can meet, or that none is needed for
 */
export function settleUnits(
  amount: Exclude<Amount, NamedAmount>,
  { header, description }: Choosable,
  unit: Exclude<UnitName, 'block'>,
  options: ChooseOptions = {},
): SettledUnits {
  // the block that comes first keeps it
  const possible = listAttention(header, description).filter((block) => block > 0);
  const refuse = (what: string) => new PruneError('DROP_REFUSED', `${fileLabel(header.path)}: ${what}.`);
  if (possible.length === 0) throw refuse('there is no attention beside that of the first block');
  const rehearse = (count: number): Drop => ({
    dropped: [],
    droppedAttention: possible.slice(possible.length - count),
  });
  if ('budget' in amount) {
    checkBudgetOf({ header, description }, amount.budget, () => {
      const dropped = unit === 'both' ? chooseSmallest({ header, description }, options) : [];
      const [first] = listKeptBlocks({ dropped }, description.trunk);
      const isKept = (block: number) => block !== first && !dropped.includes(block);
      return { dropped, droppedAttention: possible.filter(isKept) };
    });
    return { unit, budget: amount.budget, rehearsed: rehearse(1) };
  }
  const weight = countDropped(amount, description.trunk);
  if (unit === 'attention' && weight > possible.length) {
    throw refuse(
      `attention can be dropped from at most ${formatCounted(possible.length, 'block')}, not ${weight}, since the first ` +
        `block keeps it`,
    );
  }
  const rehearsed = rehearse(unit === 'attention' ? weight : Math.min(weight, 1));
  const shapes = unit === 'attention' ? [rehearsed] : listShapes(listUnits(unit, description), weight);
  return { unit, weight, rehearsed, shapes };
}

/** Drops of as many blocks, and of as many attentions beside them, as weigh what is asked for: whichever they are. */
function listShapes({ blocks, slack }: Units, weight: number): readonly Drop[] {
  const attention = 2 * slack;
  const count = (length: number) => Array.from({ length }, (_, block) => block);
  return count(Math.min(blocks, Math.ceil(weight + 1))).flatMap((dropped) =>
    count(blocks - dropped)
      // sums of weights are rounded
      .filter((without) => Math.abs(dropped + attention * without - weight) <= slack + 1e-9)
      .map((without) => ({ dropped: count(dropped), droppedAttention: count(without) })),
  );
}

/** Searches for what does least damage where attention may be dropped alone. @throws PruneError */
export async function chooseUnits(
  run: Run,
  request: PruneRequest,
  amount: SettledUnits,
): Promise<(Drop | Found) & { readonly metric: null }> {
  if ('weight' in amount && amount.weight === 0) return { metric: null, dropped: [], droppedAttention: [] };
  const search = await openSearch(run, request.search ?? defaultSearch, request);
  const found = await asResumable(request, () =>
    'budget' in amount
      ? searchWithinBudget(run, search, amount.budget, request)
      : searchBlocks(search, amount),
  );
  return { metric: null, ...found };
}

import { PruneError } from '../errors.js';
import { formatCounted } from '../gguf/index.js';
import type { DropConstraints } from './constraints.js';

/**
 * Refuses a drop that the format cannot express.
 * @param kept blocks, ascending
 * @throws PruneError DROP_REFUSED with the cause
 */
export function checkDrop(constraints: DropConstraints, kept: readonly number[], label: string): void {
  if (kept.length === constraints.blocks) return;
  const reason = explainRefusal(constraints, kept);
  if (reason !== undefined) throw new PruneError('DROP_REFUSED', `${label}: ${reason}.`);
}

/** Why a drop cannot be expressed; undefined when it can. */
export function explainRefusal(constraints: DropConstraints, kept: readonly number[]): string | undefined {
  const { blocks, trunk, protectedBlocks, places, keepOne, explainCount } = constraints;
  const stays = new Set(kept);
  for (const [block, why] of protectedBlocks) {
    if (!stays.has(block)) return `block ${block} cannot be dropped: ${why}`;
  }

  const keptTrunk = kept.filter((block) => block < trunk);
  const keptDrafting = kept.length - keptTrunk.length;
  if (keptTrunk.length === 0) return 'no block would be left that predicts the next token';
  if (keptDrafting > 0 && keptDrafting < blocks - trunk) {
    return `blocks ${trunk} to ${blocks - 1} predict further tokens, one after the other: all of them can be dropped, or none`;
  }
  if (keptTrunk.length < trunk) {
    const why = explainCount(keptTrunk.length);
    if (why !== undefined) return `no blocks can be dropped to leave ${keptTrunk.length}: ${why}`;
  }
  for (const { what, remedy, mayStand } of places) {
    const moved = keptTrunk.findIndex((block, position) => !mayStand(block, position));
    if (moved !== -1) {
      return (
        `block ${keptTrunk[moved] ?? 0} would become block ${moved}, and llama.cpp takes from a block's number ${what}; ` +
        remedy
      );
    }
  }
  const lost = keepOne.find(({ blocks: wanted }) => !wanted.some((block) => stays.has(block)));
  return lost === undefined
    ? undefined
    : `no ${lost.what} would be left (${formatCounted(lost.blocks.length, 'block')} now), and llama.cpp cannot load ` +
        `such a file`;
}

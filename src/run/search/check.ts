import { PruneError } from '../../errors.js';
import { findArchitecture } from '../../model/index.js';
import { searches } from '../../select/index.js';
import type { PruneRequest } from '../options.js';

/** Refuses a search that cannot be made, before any work. @throws PruneError USAGE, DROP_REFUSED */
export function checkSearch(
  { search, amount, unit = 'block', metric }: PruneRequest,
  architecture: string,
  label: string,
): void {
  const hasBudget = amount !== undefined && 'budget' in amount;
  const isNamed = amount !== undefined && 'drop' in amount;
  if (unit !== 'block' && (metric !== undefined || isNamed)) {
    throw new PruneError(
      'USAGE',
      isNamed
        ? `--unit says what to search for, but --drop and --drop-attention name it. Give one of them.`
        : `--metric scores whole blocks, and --unit ${unit} asks for attention: it is searched for, by --judge.`,
    );
  }
  if (search === undefined && !hasBudget && unit === 'block') return;
  if (hasBudget && search !== undefined && !searches[search].growsSizes) {
    throw new PruneError(
      'USAGE',
      `--search ${search} finds sets of one size, and a budget asks how many blocks may go. Give --blocks or --ratio, or another search.`,
    );
  }
  if (isNamed) {
    throw new PruneError(
      'USAGE',
      '--drop names the blocks, and --search looks for them. Give one of them; --blocks and --ratio say how many to look for.',
    );
  }
  if (findArchitecture(architecture, label).causal) return;
  throw new PruneError(
    'DROP_REFUSED',
    `Tokens of ${architecture} models see those after them, so that damage cannot be measured by what they predict: ` +
      `${label} cannot be searched, nor be held to a budget. Say how many blocks to drop, by a metric.`,
  );
}

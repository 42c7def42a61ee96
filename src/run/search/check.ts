import { PruneError } from '../../errors.js';
import { findArchitecture } from '../../model/index.js';
import type { PruneRequest } from '../options.js';

/** Refuses a search that cannot be made, before any work. @throws PruneError USAGE, DROP_REFUSED */
export function checkSearch({ search, amount }: PruneRequest, architecture: string, label: string): void {
  if (search === undefined) return;
  if (amount !== undefined && 'drop' in amount) {
    throw new PruneError(
      'USAGE',
      '--drop names the blocks, and --search looks for them. Give one of them; --blocks and --ratio say how many to look for.',
    );
  }
  if (findArchitecture(architecture, label).causal) return;
  throw new PruneError(
    'DROP_REFUSED',
    `Tokens of ${architecture} models see those after them, so that damage cannot be measured by what they predict: ` +
      `${label} cannot be searched. Leave --search out to choose by a metric.`,
  );
}

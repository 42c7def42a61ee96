import { describeGiven, PruneError } from '../../errors.js';
import { findArchitecture } from '../../model/index.js';
import { searches, searchNames, type SearchName } from '../../select/index.js';
import type { PruneRequest } from '../options.js';
import { defaultSearch } from './options.js';

/** What uniform numbers are drawn by takes 32 bits. */
const highestSeed = 2 ** 32 - 1;

/** The search that is asked for; where neither a search nor a metric is, the default, if damage can be measured. */
export function nameSearch(
  { search, metric }: Pick<PruneRequest, 'search' | 'metric'>,
  architecture: string,
  label: string,
): SearchName | undefined {
  if (search !== undefined || metric !== undefined) return search;
  return findArchitecture(architecture, label).causal ? defaultSearch : undefined;
}

/** Refuses what no search, or not the one that is made, would take account of. @throws PruneError USAGE */
function checkSettings(
  { seed, judge }: Pick<PruneRequest, 'seed' | 'judge'>,
  search: SearchName | undefined,
): void {
  if (judge !== undefined && search === undefined) {
    throw new PruneError(
      'USAGE',
      '--judge says what a search measures damage by, and none is made here. Leave it out, or ask for a --search.',
    );
  }
  if (seed === undefined) return;
  if (!(Number.isInteger(seed) && seed >= 0 && seed <= highestSeed)) {
    throw new PruneError(
      'USAGE',
      `--seed must be a whole number from 0 to ${highestSeed}${describeGiven(seed)}.`,
    );
  }
  if (search !== undefined && searches[search].draws) return;
  const drawing = searchNames.filter((name) => searches[name].draws).join(' and ');
  throw new PruneError(
    'USAGE',
    `--seed is for a search that draws random numbers, as ${drawing} does; ` +
      `${search === undefined ? 'none is made here' : `${search} draws none`}. Leave it out, or give --search ${drawing}.`,
  );
}

/** Refuses a search that cannot be made, before any work. @throws PruneError USAGE, DROP_REFUSED */
export function checkSearch(request: PruneRequest, architecture: string, label: string): void {
  const { search, amount, unit = 'block', metric } = request;
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
  checkSettings(request, isNamed ? undefined : nameSearch(request, architecture, label));
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

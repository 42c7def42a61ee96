import type { Options } from 'yargs';
import { defaultSearch, judgeMeasures, searchDefaults, searchNames, unitNames } from '../../index.js';

/** Bounds that the number of blocks follows from. */
export const budgetOptions = {
  'max-size': {
    requiresArg: true,
    type: 'string',
    describe: 'Drop as many blocks as it takes for a file of at most this size, e.g. 90M or 3.5G',
    group: 'Choosing:',
  },
  'min-speedup': {
    requiresArg: true,
    type: 'number',
    describe: 'Drop as many as it takes to generate so many times as fast, e.g. 1.3',
    group: 'Choosing:',
  },
  'max-perplexity-increase': {
    requiresArg: true,
    type: 'string',
    describe: 'Drop no more than raises the perplexity of held-out text by this, e.g. 15%',
    group: 'Choosing:',
  },
  'max-kl': {
    requiresArg: true,
    type: 'number',
    describe: 'Drop no more than takes the mean divergence on held-out text to this, in nats, e.g. 0.2',
    group: 'Choosing:',
  },
} as const satisfies Record<string, Options>;

/** How blocks are searched for. */
export const searchOptions = {
  search: {
    requiresArg: true,
    choices: searchNames,
    describe: `How blocks are searched for by measured damage [default: ${defaultSearch}; none, but the lowest scores, with --metric]`,
    group: 'Choosing:',
  },
  unit: {
    requiresArg: true,
    choices: unitNames,
    describe: `What a search drops, one at a time: blocks, attention alone (Llama-like models), or either [default: ${searchDefaults.unit}]`,
    group: 'Choosing:',
  },
  judge: {
    requiresArg: true,
    choices: judgeMeasures,
    describe: `What a search measures damage by [default: ${searchDefaults.judge}]`,
    group: 'Choosing:',
  },
  seed: {
    requiresArg: true,
    type: 'number',
    describe: `Seed of a search that draws (evolutionary) [default: ${searchDefaults.seed}]`,
    group: 'Choosing:',
  },
} as const satisfies Record<string, Options>;

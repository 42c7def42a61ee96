import type { InferredOptionTypes, Options } from 'yargs';
import { budgetOptions, searchOptions } from './choosing.js';
import { companionOptions } from './companions.js';
import { healingOptions } from './heal.js';
import { keepOptions } from './score.js';
import { failIf, type MeasureArgs, type pageBesideOption } from './shared.js';
import { writingOptions } from './writing.js';

export const pruneOptions = {
  ...writingOptions,
  portable: {
    type: 'boolean',
    default: false,
    describe: 'Drop only what older runtimes, which know patterns of blocks by their period, read the same',
    group: 'Choosing:',
  },
  'dry-run': {
    type: 'boolean',
    default: false,
    describe: 'Choose and show, write nothing',
    group: 'Output:',
  },
  ratio: {
    requiresArg: true,
    type: 'number',
    describe: 'Share of the blocks to drop [default: 0.25]',
    group: 'Choosing:',
  },
  blocks: { requiresArg: true, type: 'number', describe: 'Number of blocks to drop', group: 'Choosing:' },
  drop: {
    requiresArg: true,
    type: 'string',
    describe: 'Exactly which blocks to drop, e.g. 21-29,31',
    group: 'Choosing:',
  },
  'drop-attention': {
    requiresArg: true,
    type: 'string',
    describe: 'Exactly which blocks lose their attention alone, e.g. 13,25; with or without --drop',
    group: 'Choosing:',
  },
  ...healingOptions,
  ...budgetOptions,
  ...searchOptions,
  ...keepOptions,
  ...failIf,
  ...companionOptions,
} as const satisfies Record<string, Options>;

export type PruneArgs = MeasureArgs & InferredOptionTypes<typeof pruneOptions & typeof pageBesideOption>;

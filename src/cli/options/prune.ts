import type { InferredOptionTypes, Options } from 'yargs';
import { healingDefaults, healingNames } from '../../index.js';
import { budgetOptions, searchOptions } from './choosing.js';
import { companionOptions } from './companions.js';
import { scoreOptions } from './score.js';
import { failIf, type MeasureArgs } from './shared.js';

export const pruneOptions = {
  output: {
    requiresArg: true,
    alias: 'o',
    type: 'string',
    normalize: true,
    describe: 'File to write [default: beside the model]',
    group: 'Output:',
  },
  overwrite: {
    type: 'boolean',
    default: false,
    describe: 'Replace the output if it exists',
    group: 'Output:',
  },
  'split-max-size': {
    requiresArg: true,
    type: 'string',
    describe: 'Write files of at most this size, e.g. 500M or 2G [default: one file]',
    group: 'Output:',
  },
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
  heal: {
    requiresArg: true,
    type: 'string',
    default: 'none',
    describe: `How what the drop broke is healed: none, ${healingNames.join(', ')}, or several with commas between`,
    group: 'Healing:',
  },
  'heal-text': {
    requiresArg: true,
    type: 'string',
    describe: `What to fit repairs to: a text file, a .json file of token ids, or self:TOKENS, text that the model writes [default: ${healingDefaults.text}]`,
    group: 'Healing:',
  },
  'heal-type': {
    requiresArg: true,
    type: 'string',
    describe: 'Type of refitted matrices, e.g. Q8_0 [default: the one they have]',
    group: 'Healing:',
  },
  ...budgetOptions,
  ...searchOptions,
  ...scoreOptions,
  ...failIf,
  ...companionOptions,
} as const satisfies Record<string, Options>;

export type PruneArgs = MeasureArgs & InferredOptionTypes<typeof pruneOptions>;

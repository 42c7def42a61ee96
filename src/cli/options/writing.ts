import type { Options } from 'yargs';

/** Where a model is written. */
export const writingOptions = {
  output: {
    requiresArg: true,
    alias: 'o',
    type: 'string',
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
} as const satisfies Record<string, Options>;

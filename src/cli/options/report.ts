import type { InferredOptionTypes, Options } from 'yargs';
import { outputOptions } from './shared.js';

export const reportOptions = {
  output: {
    requiresArg: true,
    alias: 'o',
    type: 'string',
    describe: 'Page to write [default: beside the first file; of several runs, runs.html here]',
    group: 'Output:',
  },
  quiet: { ...outputOptions.quiet, describe: 'Only the name of the page' },
} as const satisfies Record<string, Options>;

export type ReportArgs = InferredOptionTypes<typeof reportOptions>;

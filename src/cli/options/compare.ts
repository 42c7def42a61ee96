import type { InferredOptionTypes, Options } from 'yargs';
import { usualTypes } from '../../index.js';
import { evalOptions } from './evaluate.js';
import { measureOptions, type backendOptions, type outputOptions, type pageOption } from './shared.js';

export const compareOptions = {
  sizes: {
    requiresArg: true,
    type: 'string',
    describe: 'Sizes to compare at, e.g. 90M,80M [default: that of each plain quantisation]',
    group: 'Comparing:',
  },
  types: {
    requiresArg: true,
    type: 'string',
    default: usualTypes.join(','),
    describe: 'Plain quantisations to make, with commas between',
    group: 'Comparing:',
  },
  keep: {
    requiresArg: true,
    type: 'string',
    describe: 'Folder to keep the quantised files in [default: they are removed]',
    group: 'Comparing:',
  },
  metric: measureOptions.metric,
  calibration: { ...measureOptions.calibration, group: 'Choosing:' },
  text: evalOptions.text,
  context: evalOptions.context,
  windows: evalOptions.windows,
  exact: measureOptions.exact,
  speed: { ...evalOptions.speed, describe: 'Measure time' },
  fresh: evalOptions.fresh,
} as const satisfies Record<string, Options>;

export type CompareArgs = InferredOptionTypes<
  typeof compareOptions & typeof backendOptions & typeof outputOptions & typeof pageOption
>;

import type { InferredOptionTypes, Options } from 'yargs';
import { defaultMetric } from '../../index.js';
import { evalOptions } from './evaluate.js';
import { metricOption, type MeasureArgs, type pageOption } from './shared.js';

/** Of what is kept between runs. */
export const keepOptions = { fresh: evalOptions.fresh } as const satisfies Record<string, Options>;

export const scoreOptions = {
  metric: { ...metricOption, describe: `What blocks are scored by [default: ${defaultMetric}]` },
  ...keepOptions,
} as const satisfies Record<string, Options>;

export type ScoreArgs = MeasureArgs & InferredOptionTypes<typeof scoreOptions & typeof pageOption>;

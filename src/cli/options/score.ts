import type { InferredOptionTypes, Options } from 'yargs';
import { evalOptions } from './evaluate.js';
import type { MeasureArgs } from './shared.js';

export const scoreOptions = { fresh: evalOptions.fresh } as const satisfies Record<string, Options>;

export type ScoreArgs = MeasureArgs & InferredOptionTypes<typeof scoreOptions>;

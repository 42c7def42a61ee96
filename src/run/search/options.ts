import type { SearchName } from '../../select/index.js';
import type { JudgeMeasure } from './damages.js';
import type { UnitName } from './units.js';

/** Where what is measured is kept. */
export interface KeepOptions {
  /** So that a run that was stopped goes on. Default: the user's cache. */
  readonly cacheFolder?: string | undefined;
  /** Measure anew what was measured before. */
  readonly fresh?: boolean | undefined;
}

/** How blocks are searched for. */
export interface SearchOptions extends KeepOptions {
  /** Default: auto; where a metric is named none, and the blocks of its lowest scores are dropped. */
  readonly search?: SearchName | undefined;
  /** What is left out, one at a time: whole blocks, attention alone, or either. Default: block. */
  readonly unit?: UnitName | undefined;
  /** What damage is measured by. Default: kl. */
  readonly judge?: JudgeMeasure | undefined;
  /** Of searches that draw. Default: 1. */
  readonly seed?: number | undefined;
}

export const judgeMeasures = ['kl', 'perplexity'] as const satisfies readonly JudgeMeasure[];

/** Unless a metric is named. */
export const defaultSearch: SearchName = 'auto';

export const searchDefaults = { judge: 'kl', seed: 1, unit: 'block' } as const;

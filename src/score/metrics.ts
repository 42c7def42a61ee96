import { PruneError } from '../errors.js';
import type { BlockScores } from './blockScores.js';

/** A way to give every block one number: the lower, the sooner the block is dropped. */
export interface Metric {
  /** In one line, for `--help` and reports. */
  readonly title: string;
  readonly source: string;
  /** Whether the model has to be run. */
  readonly needsPass: boolean;
  /** @param scores of the pass; undefined for metrics that need none */
  readonly score: (blocks: number, scores: BlockScores | undefined) => readonly number[];
  /** Standard errors of the scores, where they are measured. */
  readonly errors?: (scores: BlockScores) => readonly number[];
}

const range = (length: number) => Array.from({ length }, (_, i) => i);

function measured(
  title: string,
  source: string,
  score: (scores: BlockScores) => readonly number[],
  errors: (scores: BlockScores) => readonly number[],
): Metric {
  return {
    title,
    source,
    needsPass: true,
    score(_, scores) {
      if (scores === undefined)
        throw new PruneError('SCORE_UNDEFINED', `The metric "${title}" needs a pass.`);
      return score(scores);
    },
    errors,
  };
}

/** All metrics by the name that `--metric` and the reports use. */
export const metrics = {
  'block-influence': measured(
    'how much a block turns the residual stream (1 − cosine)',
    'ShortGPT, Men et al. 2024',
    (scores) => scores.blockInfluence,
    ({ standardErrors }) => standardErrors.blockInfluence,
  ),
  'relative-magnitude': measured(
    'how much a block adds, relative to what comes out',
    'Samragh et al. 2023',
    (scores) => scores.relativeMagnitude,
    ({ standardErrors }) => standardErrors.relativeMagnitude,
  ),
  'angular-distance': measured(
    'the angle by which a block turns the residual stream, over π',
    'Gromov et al. 2024',
    (scores) => range(scores.blocks).map((block) => scores.angularDistance[block]?.[block + 1] ?? NaN),
    ({ standardErrors }) => standardErrors.angularDistance,
  ),
  sequential: {
    title: 'baseline: from the first block on',
    source: 'ShortGPT, section 4.4',
    needsPass: false,
    score: (blocks) => range(blocks),
  },
  reverse: {
    title: 'baseline: from the last block back',
    source: 'ShortGPT, section 4.4',
    needsPass: false,
    score: (blocks) => range(blocks).map((block) => blocks - 1 - block),
  },
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof metrics;

export const metricNames = Object.keys(metrics) as readonly MetricName[];

export const defaultMetric: MetricName = 'block-influence';

/** The metric of a name. */
export function findMetric(name: MetricName): Metric {
  return metrics[name];
}

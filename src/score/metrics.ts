import { PruneError } from '../errors.js';
import { averageWindows, spreadWindows, type Measured, type Measurement } from './measured.js';

/** How many blocks stay at the beginning and at the end, whatever their scores. */
export interface KeptEnds {
  readonly first: number;
  readonly last: number;
}

/** What a metric makes of the blocks of a model; what may go is chosen from it. */
export interface Ranking {
  /** `[blocks]`: the lower, the sooner a block is dropped. */
  readonly scores: readonly number[];
  readonly keptEnds?: KeptEnds | undefined;
  /**
   * `[blocks + 1][blocks + 1]`: the score of the run of blocks between two states. Where it is there, blocks are dropped
   * as one run.
   */
  readonly runs?: readonly (readonly number[])[] | undefined;
}

/** A way to tell which blocks matter least. */
export interface Metric {
  /** In one line, for `--help` and reports. */
  readonly title: string;
  /** At the head of a column of scores, with their unit if they have one. */
  readonly column: string;
  readonly source: string;
  /** What has to be measured; undefined for metrics that need nothing. */
  readonly needs: Measurement | undefined;
  readonly keptEnds?: KeptEnds;
  /** Whether the blocks go as one run. */
  readonly isRun: boolean;
  /** @throws PruneError SCORE_UNDEFINED without what the metric needs */
  readonly rank: (blocks: number, measured: Measured) => Ranking;
  /** Standard errors of the scores, where they can be told. */
  readonly errors?: (measured: Measured) => readonly number[];
}

const range = (length: number) => Array.from({ length }, (_, i) => i);

/** Kim et al. 2024 keep these, after Ma et al. 2023 (LLM-Pruner), since without them a model fails altogether. */
const outerBlocks: KeptEnds = { first: 4, last: 2 };

type Values<K extends Measurement> = NonNullable<Measured[K]>;

/** What describes a metric that is computed from one measurement. */
interface MeasuredMetric<K extends Measurement> extends Pick<
  Metric,
  'title' | 'column' | 'source' | 'keptEnds'
> {
  readonly score: (values: Values<K>) => readonly number[];
  readonly errors?: (values: Values<K>) => readonly number[];
  readonly runs?: (values: Values<K>) => readonly (readonly number[])[];
}

function measured<K extends Measurement>(
  needs: K,
  { score, errors, runs, ...metric }: MeasuredMetric<K>,
): Metric {
  const take = (all: Measured): Values<K> => {
    const values = all[needs];
    if (values !== undefined) return values;
    throw new PruneError(
      'SCORE_UNDEFINED',
      `The metric "${metric.title}" needs a measurement that was not made.`,
    );
  };
  return {
    ...metric,
    needs,
    isRun: runs !== undefined,
    rank(_, all) {
      const values = take(all);
      return { scores: score(values), keptEnds: metric.keptEnds, runs: runs?.(values) };
    },
    ...(errors && { errors: (all) => errors(take(all)) }),
  };
}

/** An order that takes no account of the model. */
function fixedOrder(title: string, score: (blocks: number) => readonly number[]): Metric {
  return {
    title,
    column: 'order',
    source: 'ShortGPT, section 4.4',
    needs: undefined,
    isRun: false,
    rank: (blocks) => ({ scores: score(blocks) }),
  };
}

const angle = {
  column: 'angle / π',
  score: (scores: Values<'pass'>) =>
    range(scores.blocks).map((block) => scores.angularDistance[block]?.[block + 1] ?? NaN),
  errors: ({ standardErrors }: Values<'pass'>) => standardErrors.angularDistance,
};

/** All metrics by the name that `--metric` and the reports use. */
export const metrics = {
  'block-influence': measured('pass', {
    title: 'how much a block turns the residual stream (1 − cosine)',
    column: 'influence',
    source: 'ShortGPT, Men et al. 2024',
    score: (scores) => scores.blockInfluence,
    errors: ({ standardErrors }) => standardErrors.blockInfluence,
  }),
  'relative-magnitude': measured('pass', {
    title: 'how much a block adds, relative to what comes out',
    column: 'magnitude',
    source: 'Samragh et al. 2023',
    score: (scores) => scores.relativeMagnitude,
    errors: ({ standardErrors }) => standardErrors.relativeMagnitude,
  }),
  'angular-distance': measured('pass', {
    title: 'the angle by which a block turns the residual stream, over π',
    source: 'Gromov et al. 2024',
    ...angle,
  }),
  'best-span': measured('pass', {
    title: 'the run of blocks whose ends lie at the smallest angle, dropped as one',
    source: 'Gromov et al. 2024',
    column: angle.column,
    score: angle.score,
    runs: (scores) => scores.angularDistance,
  }),
  magnitude: measured('magnitudes', {
    title: 'the sum of the absolute weights of a block; the first four and last two stay (Mag+)',
    column: 'sum of |w|',
    source: 'Shortened LLaMA, Kim et al. 2024',
    keptEnds: outerBlocks,
    score: (magnitudes) => magnitudes,
  }),
  perplexity: measured('perplexity', {
    title: 'what the loss grows by without a block',
    column: 'loss, nats',
    source: 'Shortened LLaMA, Kim et al. 2024',
    score: averageWindows,
    errors: spreadWindows,
  }),
  kl: measured('kl', {
    title: 'how far the model without a block is from the whole one',
    column: 'KL, nats',
    source: 'docs/search.md',
    score: averageWindows,
    errors: spreadWindows,
  }),
  taylor: measured('slopes', {
    title:
      'how much the loss of a token depends on what a block adds (slope); the first four and last two stay',
    column: 'slope, nats',
    source: 'Molchanov et al. 2017; Shortened LLaMA, Kim et al. 2024',
    keptEnds: outerBlocks,
    score: averageWindows,
    errors: spreadWindows,
  }),
  sequential: fixedOrder('baseline: from the first block on', range),
  reverse: fixedOrder('baseline: from the last block back', (blocks) => range(blocks).reverse()),
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof metrics;

export const metricNames = Object.keys(metrics) as readonly MetricName[];

export const defaultMetric: MetricName = 'block-influence';

/** The metric of a name. */
export function findMetric(name: MetricName): Metric {
  return metrics[name];
}

/** A ranking that holds all blocks for alike: what it cannot drop cannot be dropped by any scores of the metric. */
export function rankEvenly({ keptEnds, isRun }: Pick<Metric, 'keptEnds' | 'isRun'>, blocks: number): Ranking {
  const runs = isRun ? range(blocks + 1).map(() => range(blocks + 1).map(() => 0)) : undefined;
  return { scores: range(blocks).map(() => 0), keptEnds, runs };
}

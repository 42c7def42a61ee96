import { PruneError } from '../../errors.js';
import { findArchitecture } from '../../model/index.js';
import { findMetric, type Measurement, type MetricName } from '../../score/index.js';

/** What is told from the losses of tokens. */
const fromLosses: ReadonlySet<Measurement | undefined> = new Set(['kl', 'perplexity', 'slopes']);

/** Refuses a metric that cannot be measured, before any work. @throws PruneError DROP_REFUSED */
export function checkMetric(metric: MetricName | undefined, architecture: string, label: string): void {
  if (metric === undefined || !fromLosses.has(findMetric(metric).needs)) return;
  if (findArchitecture(architecture, label).causal) return;
  throw new PruneError(
    'DROP_REFUSED',
    `Tokens of ${architecture} models see those after them, so that losses tell nothing of what they predict: ` +
      `${label} cannot be scored by ${metric}. Choose another --metric.`,
  );
}

import { PruneError } from '../errors.js';
import {
  checkMeasurable,
  judgeLimits,
  parseLimits,
  tasks,
  type Limit,
  type Measured,
} from '../evaluate/index.js';
import type { EvaluationReport, LimitReport } from '../report/index.js';
import type { PruneRequest } from './options.js';

/** What `prune` measures after writing, by the names of limits. */
const measureRun = {
  kld: ({ divergence }) => ({ after: divergence.mean }),
  kld99: ({ divergence }) => ({ after: divergence.percentile99 }),
  'same-top': ({ divergence }) => ({ after: divergence.sameTop }),
  ppl: ({ before, after }) => ({ before: before.perplexity, after: after.perplexity }),
  'prompt-speed': ({ before, after }) => ({ before: before.prompt.median, after: after.prompt.median }),
  speed: ({ before, after }) => ({ before: before.generation.median, after: after.generation.median }),
  size: ({ before, after }) => ({ before: before.bytes, after: after.bytes }),
} as const satisfies Record<string, (evaluation: EvaluationReport) => Measured[string]>;

/**
 * Reads the limits of a run and refuses those on what it does not measure, before any work is done.
 * @throws PruneError USAGE
 */
export function planRunLimits({ failIf, dryRun }: Pick<PruneRequest, 'failIf' | 'dryRun'>): readonly Limit[] {
  if (failIf === undefined) return [];
  if (dryRun) {
    throw new PruneError(
      'USAGE',
      '--fail-if judges what is written, and --dry-run writes nothing. Give one of them.',
    );
  }
  const limits = parseLimits(
    failIf,
    tasks.map(({ name }) => name),
  );
  checkMeasurable(limits, new Set(Object.keys(measureRun)), () => 'prune-gguf eval measures it.');
  return limits;
}

/** Judges the limits; what could not be measured breaks its limit. */
export function checkRunLimits(
  limits: readonly Limit[],
  evaluation: EvaluationReport | undefined,
): readonly LimitReport[] {
  const measured =
    evaluation === undefined
      ? {}
      : Object.fromEntries(Object.entries(measureRun).map(([name, measure]) => [name, measure(evaluation)]));
  return judgeLimits(limits, measured);
}

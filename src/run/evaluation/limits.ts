import { PruneError } from '../../errors.js';
import { findNeeds, judgeLimits, parseLimits, type Limit, type Measured } from '../../evaluate/index.js';
import type { EvalReport, LimitReport } from '../../report/index.js';
import type { EvalRequest } from './options.js';

/**
 * Reads the limits and refuses those on what will not be measured, before any work is done.
 * @throws PruneError USAGE
 */
export function planLimits(options: EvalRequest): readonly Limit[] {
  if (options.failIf === undefined) return [];
  const tasks = (options.tasks ?? []).map(({ task }) => task);
  const limits = parseLimits(options.failIf, tasks);
  const needs = findNeeds(limits);
  if (needs.needsOriginal && options.against === undefined) {
    throw new PruneError(
      'USAGE',
      `--fail-if ${options.failIf} compares with the original: name it by --against.`,
    );
  }
  const off = {
    divergence: options.text === false,
    perplexity: options.text === false,
    agreement: options.text === false,
    generation: options.generation === false,
    speed: options.speed === false,
    memory: options.speed === false,
    tasks: false,
    size: false,
  };
  const missing = limits.find(({ name }) => off[name.measurement]);
  if (missing !== undefined) {
    throw new PruneError(
      'USAGE',
      `--fail-if has a limit on ${missing.name.name}, but that is not measured. Do not turn it off.`,
    );
  }
  return limits;
}

/** Judges the limits by what was measured. */
export function checkLimits(
  limits: readonly Limit[],
  report: Omit<EvalReport, 'limits'>,
): readonly LimitReport[] {
  return judgeLimits(limits, collectMeasured(report));
}

function collectMeasured({
  model,
  original,
  text,
  tasks,
  generation,
  speed,
}: Omit<EvalReport, 'limits'>): Measured {
  const share = ({ count, of }: { readonly count: number; readonly of: number }) =>
    of === 0 ? NaN : count / of;
  const generated = (pick: (figures: NonNullable<typeof generation>['after']) => number | null) => ({
    before: generation?.before == null ? undefined : (pick(generation.before) ?? undefined),
    after: generation == null ? undefined : (pick(generation.after) ?? undefined),
  });
  const timed = (pick: (figures: NonNullable<typeof speed>['after']) => number | undefined) => ({
    before: speed?.before == null ? undefined : pick(speed.before),
    after: speed == null ? undefined : pick(speed.after),
  });
  // a task that is called as a figure is must not take its place, which the limit is on
  return {
    ...Object.fromEntries(
      tasks.map(({ name, before, after }) => [
        name,
        { before: before?.accuracy.value, after: after.accuracy.value },
      ]),
    ),
    kld: { after: text?.divergence?.mean },
    kld99: { after: text?.divergence?.percentile99 },
    'same-top': { after: text?.divergence?.sameTop },
    ppl: { before: text?.before?.perplexity, after: text?.after.perplexity },
    repetition: generated(({ repetition }) => repetition),
    loops: generated(({ loops }) => share(loops)),
    drift: generated(({ drifts }) => share(drifts)),
    'prompt-speed': timed(({ batches }) => batches[0]?.prompt.median),
    speed: timed(({ batches }) => batches[0]?.generation.median),
    size: { before: original?.bytes, after: model.bytes },
    memory: timed(({ peakMemory }) => peakMemory),
  };
}

import { PruneError } from '../../errors.js';
import type { Measurement } from './names.js';
import type { Limit } from './parse.js';

/** What must be measured for limits to be judged. */
export interface LimitNeeds {
  readonly measurements: ReadonlySet<Measurement>;
  readonly tasks: readonly string[];
  /** Names of which the original's figure is needed as well. */
  readonly ofOriginal: readonly string[];
  /** Whether the original takes part at all, in a comparison or with a figure of its own. */
  readonly needsOriginal: boolean;
}

/** Tells what limits need, so that it can be turned on, or refused, before any work is done. */
export function findNeeds(limits: readonly Limit[]): LimitNeeds {
  const names = limits.map(({ name }) => name);
  const relative = limits.filter(({ form }) => form !== 'absolute').map(({ name }) => name.name);
  return {
    measurements: new Set(names.map(({ measurement }) => measurement)),
    tasks: unique(names.filter(({ measurement }) => measurement === 'tasks').map(({ name }) => name)),
    ofOriginal: unique(relative),
    needsOriginal: relative.length > 0 || names.some(({ isComparison }) => isComparison),
  };
}

/**
 * Refuses limits on what will not be measured.
 *
 * @param available names that will be measured
 * @param advice what to do about a measurement that is missing, as a sentence
 * @throws PruneError USAGE
 */
export function checkMeasurable(
  limits: readonly Limit[],
  available: ReadonlySet<string>,
  advice: (measurement: Measurement, name: string) => string = () => 'Remove the limit.',
): void {
  for (const { text, name } of limits) {
    if (available.has(name.name)) continue;
    throw new PruneError(
      'USAGE',
      `--fail-if: ${text} is a limit on ${name.name} (${name.title}), which is not measured in this run. ` +
        advice(name.measurement, name.name),
    );
  }
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}

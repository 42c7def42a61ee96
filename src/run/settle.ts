import { PruneError } from '../errors.js';
import { formatCounted } from '../gguf/index.js';
import {
  countMeasured,
  defaultMetric,
  findMetric,
  metricNames,
  windowDefaults,
  type Measured,
  type MetricName,
  type Ranking,
} from '../score/index.js';
import { measureMargin, type Amount } from '../select/index.js';
import type { IsEnough } from './measure/measure.js';
import type { PruneRequest } from './options.js';
import { nameSearch } from './search/check.js';
import type { Run } from './start.js';

/** How clearly a choice has to stand apart to be settled, and how many windows there have to be for it, at least. */
export const settling = { standardErrors: 3, leastWindows: 4 } as const;

/**
 * Tells after each window whether the choice is settled: whether the standard errors of the scores separate the blocks that
 * are dropped from those that are kept. Undefined where windows were counted beforehand.
 *
 * Since this is looked at after each window, and chance has its turn each time, it asks for more than two standard errors;
 * those of the two scores are taken for independent, though windows that score one block high tend to score the other high.
 *
 * @param choose the blocks that a ranking would drop
 */
export function settleWindows(
  { model, options }: Run,
  metric: MetricName,
  choose: (ranking: Ranking) => readonly number[] | undefined,
): IsEnough | undefined {
  const { rank, errors } = findMetric(metric);
  if (options.windows !== 'auto' || errors === undefined) return undefined;
  return (measured) => {
    if (countMeasured(measured) < settling.leastWindows) return false;
    const ranking = rank(model.description.trunk, measured);
    const dropped = choose(ranking) ?? [];
    return isSettled(measureMargin(ranking.scores, errors(measured), dropped)?.standardErrors ?? null);
  };
}

export function isSettled(standardErrors: number | null): boolean {
  return (standardErrors ?? 0) >= settling.standardErrors;
}

/** The run with those windows alone that were measured on until the choice was settled. */
export function keepMeasured(run: Run, measured: Measured | undefined): Run {
  const { windows, options } = run;
  const count = measured === undefined ? 0 : countMeasured(measured);
  if (options.windows !== 'auto' || count === 0) return run;
  const { scoring } = windows;
  return { ...run, windows: { ...windows, scoring: scoring.slice(0, count), most: scoring.length } };
}

/** Says after how many windows the lowest scores stand apart, where nothing is chosen by them. */
export function noteSettled(
  { windows, options }: Run,
  measured: Measured,
  count: number,
  isEnough: IsEnough | undefined,
): void {
  if (isEnough === undefined) return;
  const used = formatCounted(countMeasured(measured), 'window');
  const lowest = `the ${formatCounted(count, 'block')} of the lowest scores`;
  const text = isEnough(measured)
    ? `After ${used} of up to ${windows.scoring.length}, ${lowest} stand apart by ${settling.standardErrors} standard errors.`
    : `After all ${used} that there are, ${lowest} stand apart by less than ${settling.standardErrors} standard errors.`;
  options.onEvent?.({ kind: 'note', text });
}

/** Refuses to count windows by a choice that is not made by scores. @throws PruneError USAGE */
export function checkSettling(
  { windows, search, metric }: Pick<PruneRequest, 'windows' | 'search' | 'metric'>,
  amount: Amount,
  architecture: string,
  label: string,
): void {
  if (windows !== 'auto') return;
  const refuse = (what: string) => new PruneError('USAGE', `--windows auto ${what}`);
  if ('drop' in amount) throw refuse('settles which blocks go, and they are named. Leave it out.');
  if (nameSearch({ search, metric }, architecture, label) !== undefined) {
    throw refuse(
      `counts windows by how far scores stand apart, and a search goes by none: it tries sets on more and more of ` +
        `${windowDefaults.windows} windows as it is. Name a --metric, or how many --windows.`,
    );
  }
  checkErrors(metric);
  if ('budget' in amount) {
    throw refuse(
      'settles which blocks go once it is known how many: give --blocks or --ratio, or how many --windows.',
    );
  }
}

/** Refuses to count windows by scores whose standard errors are not known. @throws PruneError USAGE */
export function checkErrors(metric: MetricName = defaultMetric): void {
  if (findMetric(metric).errors !== undefined) return;
  const able = metricNames.filter((name) => findMetric(name).errors !== undefined);
  throw new PruneError(
    'USAGE',
    `--windows auto goes by the standard errors of scores, and ${metric} has none. It works with ${able.join(', ')}.`,
  );
}

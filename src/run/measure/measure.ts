/** Measures what a metric needs, and no more. */
import {
  scoreWindows,
  type BlockScores,
  type Measured,
  type Measurement,
  type WindowValues,
} from '../../score/index.js';
import { asResumable } from '../resumable.js';
import type { BypassJudge } from '../search/bypassJudge.js';
import type { JudgeMeasure } from '../search/damages.js';
import { forecast } from '../search/forecast.js';
import { openJudge } from '../search/openJudge.js';
import type { KeepOptions } from '../search/options.js';
import { wholeBlocks } from '../search/units.js';
import { endProgress, reportProgress, type Run } from '../start.js';
import { measureMagnitudes } from './magnitudes.js';
import { measureSlopes } from './slopes.js';

/** Whether what was measured so far will do; asked after each window. */
export type IsEnough = (measured: Measured) => boolean;

export interface Measuring {
  readonly judging?: BypassJudge | undefined;
  readonly isEnough?: IsEnough | undefined;
}

/**
 * @param judging what a search of the same run measures by; default: one of its own
 * @param isEnough default: all windows are measured
 * @throws PruneError SCORE_UNDEFINED, OUTPUT, NATIVE_FAILED, NATIVE_CRASHED, CANCELLED
 */
export async function measureFor(
  run: Run,
  needs: Measurement | undefined,
  options: KeepOptions,
  { judging, isEnough }: Measuring = {},
): Promise<Measured> {
  const { model } = run;
  const { signal } = run.options;
  switch (needs) {
    case undefined:
      return {};
    case 'pass':
      return { pass: await scorePass(run, { judging, isEnough }) };
    case 'magnitudes':
      return { magnitudes: await measureMagnitudes(model, signal, reportProgress(run.options, 'weigh')) };
    case 'slopes':
      return { slopes: await asResumable(options, () => measureSlopes(run, options, isEnough)) };
    case 'kl':
    case 'perplexity':
      return {
        [needs]: await asResumable(options, () => measureDamages(run, needs, options, { judging, isEnough })),
      };
  }
}

/**
 * Scores blocks by one pass over the windows.
 * @throws PruneError SCORE_UNDEFINED, NATIVE_FAILED, NATIVE_CRASHED, CANCELLED
 */
export function scorePass(
  { model, windows, options }: Run,
  { judging, isEnough }: Measuring = {},
): Promise<BlockScores> {
  return scoreWindows(judging?.states ?? model, windows.scoring, {
    signal: options.signal,
    onWindow: reportProgress(options, 'score'),
    isEnough: isEnough && ((pass) => isEnough({ pass })),
  });
}

/**
 * The damage of each block alone, which makes a score like any other (Shortened LLaMA, Kim et al. 2024, section 3.2); beside
 * what searches have measured.
 */
async function measureDamages(
  run: Run,
  measure: JudgeMeasure,
  options: KeepOptions,
  { judging: shared, isEnough }: Measuring,
): Promise<WindowValues> {
  const { trunk } = run.model.description;
  const { length } = run.windows.scoring;
  const judging = shared ?? (await openJudge(run, wholeBlocks(trunk), options));
  // each block in each window, and two passes to try from where sets can be run
  judging.watch(forecast(run.options, judging.cost(), { windows: length, passes: length * trunk + 2 }));
  const singles = Array.from({ length: trunk }, (_, block) => ({ set: [block], base: [] }));
  const judge = judging.judgeBy(measure);
  let count = isEnough === undefined ? length : 1;
  let damages = await judge.measureWindows(singles, count);
  while (count < length && isEnough?.({ [measure]: damages }) !== true) {
    damages = await judge.measureWindows(singles, ++count);
  }
  endProgress(run.options, 'search', judging.cost().passes);
  return damages;
}

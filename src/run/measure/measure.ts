/** Measures what a metric needs, and no more. */
import {
  scoreWindows,
  type Measured,
  type Measurement,
  type StateSource,
  type WindowValues,
} from '../../score/index.js';
import { measureSingles } from '../../select/index.js';
import { asResumable } from '../resumable.js';
import { openJudge } from '../search/openJudge.js';
import type { KeepOptions } from '../search/options.js';
import { wholeBlocks } from '../search/units.js';
import { reportProgress, type Run } from '../start.js';
import { measureMagnitudes } from './magnitudes.js';
import { measureSlopes } from './slopes.js';

/**
 * @param source what is run for the scores of a pass
 * @throws PruneError SCORE_UNDEFINED, OUTPUT, NATIVE_FAILED, NATIVE_CRASHED, CANCELLED
 */
export async function measureFor(
  run: Run,
  needs: Measurement | undefined,
  options: KeepOptions,
  source: StateSource = run.model,
): Promise<Measured> {
  const { model, windows } = run;
  const { signal } = run.options;
  switch (needs) {
    case undefined:
      return {};
    case 'pass':
      return {
        pass: await scoreWindows(source, windows.scoring, {
          signal,
          onWindow: reportProgress(run.options, 'score'),
        }),
      };
    case 'magnitudes':
      return { magnitudes: await measureMagnitudes(model, signal, reportProgress(run.options, 'weigh')) };
    case 'slopes':
      return { slopes: await asResumable(options, () => measureSlopes(run, options)) };
    case 'kl':
    case 'perplexity':
      return { [needs]: await asResumable(options, () => measureDamages(run, needs, options)) };
  }
}

/** The damage of each block alone, beside what searches have measured: `[windows][blocks]`. */
async function measureDamages(
  run: Run,
  measure: 'kl' | 'perplexity',
  options: KeepOptions,
): Promise<WindowValues> {
  const { trunk } = run.model.description;
  const onPass = reportProgress(run.options, 'search');
  // one pass a window for what all are compared with, and two to try from where sets can be run
  const expected = run.windows.scoring.length * (trunk + 1) + 2;
  onPass(0, expected);
  const { judge, journal } = await openJudge(run, measure, wholeBlocks(trunk), options, ({ passes }) => {
    onPass(Math.min(passes, expected - 1), expected);
  });
  const damages = await measureSingles(judge, trunk);
  await journal.flush();
  onPass(expected, expected);
  return damages;
}

import { healingDefaults, splitWindows, type HealingWindows } from '../../heal/index.js';
import { locateWindows, overlap, readCalibration, windowDefaults } from '../../score/index.js';
import { parseSelfText, writeSelfText } from '../selfText.js';
import { prepareWindows, reportProgress, type Run } from '../start.js';
import { findTextStart } from '../textStart.js';
import type { KeepOptions } from '../search/options.js';
import type { HealingOptions } from './options.js';

/**
 * The text that repairs are fitted to, in windows; none of those that the result is judged on.
 * @throws PruneError CALIBRATION, FILE_NOT_FOUND, FILE_NOT_READABLE, USAGE
 */
export async function readHealingText(
  { model, hash, options, windows: used }: Run,
  { healText = options.calibration, cacheFolder }: HealingOptions & KeepOptions,
): Promise<HealingWindows> {
  const windowTokens = Math.min(windowDefaults.windowTokens, model.facts.trainedContext, model.contextTokens);
  const tokens = parseSelfText(healText);
  if (tokens !== undefined) {
    const size = { tokens, windowTokens, heldOut: used.heldOut };
    const report = reportProgress(options, 'compose', 'text to fit to');
    const windows = await writeSelfText(model, hash.sha256, size, { ...options, cacheFolder }, report);
    return splitWindows(`text that the model wrote (${healText})`, windows, healingDefaults.heldOutEvery);
  }
  const calibration = await readCalibration(healText);
  if (calibration.kind === 'tokens') {
    const { scoring } = await prepareWindows(model, calibration, {});
    return splitWindows(calibration.label, scoring, healingDefaults.heldOutEvery);
  }
  const { scoring, heldOut } = await prepareWindows(model, calibration, { windows: Infinity, windowTokens });
  const text = await model.tokenize(calibration.text);
  const locate = (windows: readonly Int32Array[]) => locateWindows(text, windows, findTextStart(model.facts));
  const judging = locate(used.heldOut);
  const isFree = (window: Int32Array) =>
    !locate([window]).some((place) => judging.some((other) => overlap(place, other)));
  const others = [...scoring, ...heldOut].filter(isFree);
  return splitWindows(calibration.label, others, healingDefaults.heldOutEvery);
}

import { describeGiven, PruneError } from '../../errors.js';
import { formatCount } from '../../gguf/index.js';
import { findTraining, healingDefaults, splitWindows, type HealingWindows } from '../../heal/index.js';
import {
  countLongest,
  limitTokens,
  locateWindows,
  overlap,
  readCalibration,
  type Calibration,
} from '../../score/index.js';
import type { CalibrationOptions } from '../options.js';
import { labelSelfText, parseSelfText, writeSelfText } from '../selfText.js';
import { findTextStart } from '../textStart.js';
import type { KeepOptions } from '../search/options.js';
import { prepareWindows, reportProgress, type Run } from '../start.js';
import type { HealingOptions } from './options.js';

/** Where the text comes from that repairs are fitted to: a file, or the model, by the number of tokens to write. */
export type HealingSource = Calibration | { readonly kind: 'self'; readonly tokens: number };

/**
 * Reads what can be read before the model is loaded.
 * @throws PruneError CALIBRATION, FILE_NOT_FOUND, FILE_NOT_READABLE, USAGE
 */
export async function readHealingSource({
  healText,
  healTokens,
  calibration,
}: HealingOptions & CalibrationOptions): Promise<HealingSource> {
  if (healTokens !== undefined && !(Number.isInteger(healTokens) && healTokens >= 1024)) {
    throw new PruneError(
      'USAGE',
      `--heal-tokens must be a whole number from 1024 up, such as 60000${describeGiven(healTokens, '; ')}.`,
    );
  }
  const text = healText ?? calibration;
  const tokens = parseSelfText(text);
  return tokens === undefined ? readCalibration(text) : { kind: 'self', tokens };
}

/** The most tokens of a window of a text, as far as it says so itself. */
export function findLongestWindow(source: HealingSource): number {
  return source.kind === 'tokens' ? countLongest(source.windows) : 0;
}

/**
 * Cuts the text into windows, none of them one that the result is judged on.
 * @throws PruneError CALIBRATION; for text that the model writes OUTPUT, NATIVE_FAILED
 */
export async function cutHealingText(
  run: Run,
  source: HealingSource,
  { cacheFolder, heal = [], healTokens }: HealingOptions & KeepOptions,
): Promise<HealingWindows> {
  const { model, hash, options, windowTokens } = run;
  const { heldOutEvery } = healingDefaults;
  if (source.kind === 'self') {
    const { tokens } = source;
    if (tokens < heldOutEvery * windowTokens) {
      throw new PruneError(
        'CALIBRATION',
        `self:${tokens} is too little to heal by: ${heldOutEvery} windows of ${windowTokens} tokens are needed, so that ` +
          `self:${heldOutEvery * windowTokens} is the least.`,
      );
    }
    const report = reportProgress(options, 'compose', 'text to fit to');
    const size = { tokens, windowTokens, heldOut: run.windows.heldOut };
    const windows = await writeSelfText(model, hash.sha256, size, { ...options, cacheFolder }, report);
    // what is written to be fitted to is, unless training is to have some of it
    const usual = findTraining(heal) === undefined ? Infinity : healingDefaults.tokens;
    const chosen = limitTokens(windows, healTokens ?? usual);
    return splitWindows(labelSelfText(tokens), chosen, healingDefaults, windows);
  }
  const cut = await prepareWindows(model, source, { windows: Infinity, windowTokens });
  const others =
    source.kind === 'tokens'
      ? cut.scoring
      : await leaveOutJudging(run, source.text, [...cut.scoring, ...cut.heldOut]);
  const chosen = limitTokens(others, healTokens ?? healingDefaults.tokens);
  if (healTokens === undefined && chosen.length < others.length) {
    const text =
      `Repairs are fitted to ${formatCount(chosen.length * windowTokens)} tokens of ${source.label}, spread evenly; it has ` +
      `${formatCount(others.length * windowTokens)}. --heal-tokens takes more of them.`;
    options.onEvent?.({ kind: 'note', text });
  }
  return splitWindows(source.label, chosen, healingDefaults, others);
}

/** Those windows of a text that none of the windows overlaps that the result is judged on. */
async function leaveOutJudging(
  { model, windows }: Run,
  text: string,
  all: readonly Int32Array[],
): Promise<readonly Int32Array[]> {
  const tokens = await model.tokenize(text);
  const locate = (some: readonly Int32Array[]) => locateWindows(tokens, some, findTextStart(model.facts));
  const judging = locate(windows.heldOut);
  return all.filter(
    (window) => !locate([window]).some((place) => judging.some((other) => overlap(place, other))),
  );
}

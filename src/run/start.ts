import { PruneError } from '../errors.js';
import { fileLabel, type GgufHeader } from '../gguf/index.js';
import { describeModel, findArchitecture } from '../model/index.js';
import { openModel, type Model, type ModelOptions } from '../native/index.js';
import {
  countLongest,
  cutWindows,
  orderEvenly,
  pickWindows,
  readCalibration,
  windowDefaults,
  type Calibration,
  type CalibrationWindows,
} from '../score/index.js';
import type { SourceHash } from './hashSource.js';
import { noteLargeModel } from './memoryRoom.js';
import { openHashed } from './openHashed.js';
import type { CalibrationOptions, RunOptions, Stage } from './options.js';
import { labelSelfText, parseSelfText, writeSelfText } from './selfText.js';
import { findTextStart } from './textStart.js';

/** What the stages of one run share. */
export interface Run {
  readonly options: RunOptions;
  readonly model: Model;
  readonly hash: SourceHash;
  readonly windows: CalibrationWindows;
  /** Tokens of the windows that texts are cut into. */
  readonly windowTokens: number;
  /** Tokens of the longest window, of any kind. */
  readonly contextTokens: number;
}

/** Reports progress of a stage of a run. */
export function reportProgress(
  options: Pick<RunOptions, 'onEvent'>,
  stage: Stage,
  part?: string,
): (done: number, total: number, detail?: string) => void {
  return (done, total, detail) => options.onEvent?.({ kind: 'progress', stage, done, total, part, detail });
}

/** Ends a stage where it is: what was done is all that there was to do. */
export function endProgress(
  options: Pick<RunOptions, 'onEvent'>,
  stage: Stage,
  done: number,
  detail?: string,
): void {
  const all = Math.max(done, 1);
  reportProgress(options, stage)(all, all, detail);
}

/**
 * Hashes the file, loads the model and cuts the calibration. The caller closes the model.
 * @param leastTokens room for windows of something else than the calibration
 * @throws PruneError
 */
export async function startRun(header: GgufHeader, options: RunOptions, leastTokens = 0): Promise<Run> {
  findArchitecture(describeModel(header).architecture, fileLabel(header.path));
  const selfTokens = parseSelfText(options.calibration);
  const named = selfTokens === undefined ? await readCalibration(options.calibration) : undefined;
  const windowTokens = chooseWindowTokens(header, options);
  const longest = named?.kind === 'tokens' ? countLongest(named.windows) : 0;
  const contextTokens = Math.max(windowTokens, longest, leastTokens);

  noteLargeModel(header, options);
  const open = (onProgress: (share: number) => void) =>
    openForRun(header.path, contextTokens, options, onProgress);
  const { model, hash } = await openHashed(header, open, {
    signal: options.signal,
    onHashed: reportProgress(options, 'hash'),
    onLoaded: reportProgress(options, 'load'),
  });
  try {
    const calibration =
      named ?? (await writeCalibration(model, hash, selfTokens ?? 0, windowTokens, options));
    const windows = await prepareWindows(model, calibration, { ...options, windowTokens });
    noteFewer(calibration, windows, options);
    return { options, model, hash, windows, windowTokens, contextTokens };
  } catch (error) {
    await model.close();
    throw error;
  }
}

/** Says where there are fewer windows than were asked for. */
function noteFewer(
  { kind }: Calibration,
  { label, scoring }: CalibrationWindows,
  { windows, onEvent }: RunOptions,
): void {
  const wanted = windows ?? (kind === 'text' ? windowDefaults.windows : 0);
  if (wanted === 'auto' || scoring.length >= wanted) return;
  const beside = kind === 'text' ? ' beside those held out' : '';
  onEvent?.({
    kind: 'note',
    text: `${label} has ${scoring.length} windows to score on${beside}; ${wanted} were asked for.`,
  });
}

/** Calibration that the model writes itself. */
async function writeCalibration(
  model: Model,
  { sha256 }: SourceHash,
  tokens: number,
  windowTokens: number,
  options: RunOptions,
): Promise<Calibration> {
  const size = { tokens, windowTokens };
  const report = reportProgress(options, 'compose', 'calibration');
  const heldOut = await cutJudging(model, windowTokens);
  const windows = await writeSelfText(model, sha256, { ...size, heldOut }, options, report);
  return { kind: 'tokens', label: labelSelfText(tokens), windows };
}

/** Loads a model as the run's options say. */
export function openForRun(
  path: string,
  contextTokens: number,
  options: RunOptions & Pick<ModelOptions, 'beside' | 'trained'>,
  onProgress?: (share: number) => void,
): Promise<Model> {
  const report = reportProgress(options, 'load');
  return openModel(path, {
    ...options,
    contextTokens,
    onNote: (text) => options.onEvent?.({ kind: 'note', text }),
    onProgress:
      onProgress ??
      ((share) => {
        report(share, 1);
      }),
  });
}

/**
 * Tokenises the calibration and cuts it into windows. Windows of token ids are all for scoring; then the built-in text
 * judges the result.
 * @throws PruneError CALIBRATION
 */
export async function prepareWindows(
  model: Model,
  calibration: Calibration,
  options: CalibrationOptions,
): Promise<CalibrationWindows> {
  const { vocabulary, trainedContext } = model.facts;
  const { windowTokens = Math.min(windowDefaults.windowTokens, trainedContext) } = options;
  const isCounted = options.windows !== 'auto';
  const windows = isCounted ? options.windows : windowDefaults.most;
  const order = isCounted ? (scoring: readonly Int32Array[]) => scoring : orderEvenly;
  if (calibration.kind === 'text') {
    const cut = await cutText(model, calibration, windowTokens, windows);
    return { ...cut, scoring: order(cut.scoring) };
  }
  calibration.windows.forEach((window, index) => {
    const unknown = window.find((token) => token >= vocabulary);
    if (unknown !== undefined) {
      throw new PruneError(
        'CALIBRATION',
        `${calibration.label} has the token ${unknown} in window ${index}, but the model's vocabulary ends at ${vocabulary - 1}.`,
      );
    }
  });
  return {
    label: calibration.label,
    scoring: order(windows === undefined ? calibration.windows : pickWindows(calibration.windows, windows)),
    heldOut: await cutJudging(model, windowTokens),
  };
}

/** The windows of the built-in text that judge where token ids are scored on, whichever those are. */
async function cutJudging(model: Model, windowTokens: number): Promise<readonly Int32Array[]> {
  const judge = await readCalibration(undefined);
  return judge.kind === 'text' ? (await cutText(model, judge, windowTokens)).heldOut : [];
}

async function cutText(
  model: Model,
  { label, text }: Extract<Calibration, { kind: 'text' }>,
  windowTokens: number,
  windows: number = windowDefaults.windows,
): Promise<CalibrationWindows> {
  const bos = findTextStart(model.facts);
  return cutWindows(await model.tokenize(text), label, { windows, windowTokens, bos });
}

/** @throws PruneError USAGE for windows that the model, or nobody, can run */
function chooseWindowTokens(header: GgufHeader, { windows, windowTokens }: CalibrationOptions): number {
  const { contextLength = Infinity } = describeModel(header);
  if (windows !== undefined && windows !== 'auto' && !(Number.isInteger(windows) && windows >= 1)) {
    throw new PruneError('USAGE', `The number of windows must be 1, 2, 3, …, or auto; not ${windows}.`);
  }
  const chosen = windowTokens ?? Math.min(windowDefaults.windowTokens, contextLength);
  if (!(Number.isInteger(chosen) && chosen >= 8 && chosen <= contextLength)) {
    throw new PruneError(
      'USAGE',
      `A window must have 8 to ${contextLength} tokens, as many as ${fileLabel(header.path)} was trained on at once; ` +
        `not ${chosen}.`,
    );
  }
  return chosen;
}

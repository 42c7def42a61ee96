import { createHash } from 'node:crypto';
import path from 'node:path';
import { PruneError } from '../errors.js';
import { escapeUnsafe, fileLabel, formatCount, formatCounted } from '../gguf/index.js';
import { readTextFile } from '../readTextFile.js';

/** What is measured on: text that is yet to be tokenised and cut, or windows of token ids taken as they are. */
export type Calibration =
  | { readonly kind: 'text'; readonly label: string; readonly text: string }
  | { readonly kind: 'tokens'; readonly label: string; readonly windows: readonly Int32Array[] };

/** Windows to measure on and, where there is enough text, others to judge the result by. */
export interface CalibrationWindows {
  readonly label: string;
  readonly scoring: readonly Int32Array[];
  readonly heldOut: readonly Int32Array[];
  /** How many there were to measure on at most, where the choice decided after how many it was settled. */
  readonly most?: number | undefined;
}

/** How text is cut into windows; `most` are those that are counted by the choice they settle. */
export const windowDefaults = { windows: 16, most: 64, windowTokens: 512, heldOut: 8 } as const;

export interface WindowOptions {
  readonly windows: number;
  readonly windowTokens: number;
  /** Begins every window, if the model wants one. */
  readonly bos: number | undefined;
}

const builtInPath = path.resolve(import.meta.dirname, '..', '..', 'assets', 'calibration.txt');

/**
 * Reads a calibration file, or the built-in text when there is none.
 * @throws PruneError FILE_NOT_FOUND, FILE_NOT_READABLE, CALIBRATION
 */
export async function readCalibration(file: string | undefined): Promise<Calibration> {
  const label = file === undefined ? 'built-in text' : fileLabel(file);
  const text = await readTextFile(
    file ?? builtInPath,
    'CALIBRATION',
    'Calibration is a .txt file, or a .json file with token ids.',
  );
  if (text.trim() === '') throw new PruneError('CALIBRATION', `The text file ${label} is empty.`);
  if (file?.toLowerCase().endsWith('.json'))
    return { kind: 'tokens', label, windows: parseTokenWindows(text, label) };
  return { kind: 'text', label, text };
}

function parseTokenWindows(text: string, label: string): readonly Int32Array[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : '';
    throw new PruneError('CALIBRATION', `${label} is not valid JSON: ${escapeUnsafe(detail)}`, { cause });
  }
  const isTokens = (value: unknown) =>
    Array.isArray(value) &&
    value.length >= 2 &&
    value.every((token) => Number.isInteger(token) && token >= 0 && token < 2 ** 31);
  if (!Array.isArray(parsed) || parsed.length === 0 || !parsed.every(isTokens)) {
    const bad = Array.isArray(parsed) ? parsed.findIndex((value) => !isTokens(value)) : -1;
    throw new PruneError(
      'CALIBRATION',
      `${label} must be an array of arrays of token ids, each with at least two${bad === -1 ? '' : `; window ${bad} is not`}.`,
    );
  }
  return (parsed as number[][]).map((window) => Int32Array.from(window));
}

/**
 * Cuts a tokenised text into windows spread evenly over it, every third or so of them held out: no more of those than
 * {@link windowDefaults}.heldOut and no more than a third of all.
 *
 * @throws PruneError CALIBRATION when there are not two windows
 */
export function cutWindows(tokens: Int32Array, label: string, options: WindowOptions): CalibrationWindows {
  const { windows, windowTokens, bos } = options;
  const length = windowTokens - (bos === undefined ? 0 : 1);
  if (length < 1)
    throw new PruneError('CALIBRATION', `A window of ${windowTokens} tokens has no room for text.`);
  const available = Math.floor(tokens.length / length);
  if (available < 2) {
    throw new PruneError(
      'CALIBRATION',
      `The text ${label} is too short: it has ${formatCounted(tokens.length, 'token')}, and two windows of ` +
        `${windowTokens} need ${formatCount(2 * length)}. Use a longer text or a smaller --window-tokens.`,
    );
  }
  const heldOutCount = Math.max(1, Math.min(windowDefaults.heldOut, Math.floor(available / 3)));
  const scoringCount = Math.min(windows, available - heldOutCount);
  const total = scoringCount + heldOutCount;

  const scoring: Int32Array[] = [];
  const heldOut: Int32Array[] = [];
  for (let i = 0; i < total; i++) {
    const start = Math.floor((i * available) / total) * length;
    const window = Int32Array.from([
      ...(bos === undefined ? [] : [bos]),
      ...tokens.subarray(start, start + length),
    ]);
    // held-out windows lie evenly among the others
    const isHeldOut = Math.floor(((i + 1) * heldOutCount) / total) > Math.floor((i * heldOutCount) / total);
    (isHeldOut ? heldOut : scoring).push(window);
  }
  return { label, scoring, heldOut };
}

/** Identifies windows: SHA-256 over their lengths and token ids as little-endian 32-bit numbers. */
export function hashWindows(windows: readonly Int32Array[]): string {
  const hash = createHash('sha256');
  for (const window of windows) {
    const bytes = Buffer.alloc(4 + 4 * window.length);
    bytes.writeInt32LE(window.length, 0);
    window.forEach((token, i) => bytes.writeInt32LE(token, 4 + 4 * i));
    hash.update(bytes);
  }
  return hash.digest('hex');
}

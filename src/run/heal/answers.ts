import path from 'node:path';
import type { TopTokens } from '../../native/index.js';
import { hashWindows } from '../../score/index.js';
import { findCacheFolder } from '../cacheFolder.js';
import { describeModelConditions } from '../conditions.js';
import type { KeepOptions } from '../search/options.js';
import { reportProgress, type Run } from '../start.js';
import { openStore } from '../store.js';

/** Windows whose distributions are kept in one file: what a run that is stopped loses at most. */
const windowsKept = 32;

/**
 * The original's distributions on windows, known by their most likely tokens: what training aims at. They are kept in the
 * cache.
 * @returns `[windows]`
 * @throws PruneError NATIVE_FAILED, CANCELLED, OUTPUT
 */
export async function readAnswers(
  run: Run,
  windows: readonly Int32Array[],
  topTokens: number,
  { cacheFolder, fresh }: KeepOptions,
): Promise<readonly TopTokens[]> {
  const { model, options } = run;
  const folder = path.join(cacheFolder ?? findCacheFolder(), 'answers');
  const conditions = describeModelConditions(model, run.hash, options);
  const report = reportProgress(options, 'distil');
  const answers: TopTokens[] = [];
  for (let first = 0; first < windows.length; first += windowsKept) {
    const some = windows.slice(first, first + windowsKept);
    const settings = { ...conditions, windows: hashWindows(some), topTokens };
    const store = openStore<readonly TopTokens[]>(folder, 'answers', settings, fresh);
    const known = await store.read();
    if (known !== undefined) {
      answers.push(...known);
      continue;
    }
    for (const tokens of some) {
      report(answers.length, windows.length);
      const { top } = await model.runWindow({ tokens, losses: true, topTokens }, options);
      if (top === null) throw new RangeError('no distribution was kept');
      answers.push(top);
    }
    await store.write(answers.slice(first));
  }
  report(windows.length, windows.length);
  return answers;
}

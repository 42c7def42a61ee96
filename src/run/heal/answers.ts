import path from 'node:path';
import type { TopTokens } from '../../native/index.js';
import { hashWindows } from '../../score/index.js';
import { findCacheFolder } from '../cacheFolder.js';
import { describeModelConditions } from '../conditions.js';
import type { KeepOptions } from '../search/options.js';
import { reportProgress, type Run } from '../start.js';
import { openStore } from '../store.js';

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
  const settings = {
    ...describeModelConditions(model, run.hash, options),
    windows: hashWindows(windows),
    topTokens,
  };
  const store = openStore<readonly TopTokens[]>(folder, 'answers', settings, fresh);
  const known = await store.read();
  if (known !== undefined) return known;
  const report = reportProgress(options, 'distil');
  const answers: TopTokens[] = [];
  for (const tokens of windows) {
    report(answers.length, windows.length);
    const { top } = await model.runWindow({ tokens, losses: true, topTokens }, options);
    if (top === null) throw new RangeError('no distribution was kept');
    answers.push(top);
  }
  report(windows.length, windows.length);
  await store.write(answers);
  return answers;
}

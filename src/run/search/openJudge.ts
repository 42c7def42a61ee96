import path from 'node:path';
import { convertWeights } from '../../native/index.js';
import { hashWindows } from '../../score/index.js';
import { findCacheFolder } from '../cacheFolder.js';
import { describeModelConditions } from '../conditions.js';
import { openJournal, type Journal } from '../journal.js';
import type { Run } from '../start.js';
import { createBypassJudge, topTokens, type BypassJudge } from './bypassJudge.js';
import type { WindowDamage } from './damages.js';
import type { KeepOptions } from './options.js';
import { countSlots } from './slots.js';
import type { Units } from './units.js';

/** Opens the journal of one kind of measurement on the windows that blocks are scored on. @throws PruneError OUTPUT */
export function openRunJournal<T>(
  { model, windows, hash, options }: Run,
  kind: string,
  settings: Readonly<Record<string, unknown>>,
  { cacheFolder, fresh }: KeepOptions,
): Promise<Journal<T>> {
  const all = {
    ...describeModelConditions(model, hash, options),
    windows: hashWindows(windows.scoring),
    ...settings,
  };
  return openJournal<T>(path.join(cacheFolder ?? findCacheFolder(), 'search'), kind, all, fresh);
}

/**
 * Opens what judges sets of units on the windows that blocks are scored on: one a run. What it measures is kept as it comes,
 * whatever it is asked for by: searches and metrics find what the other has measured.
 * @throws PruneError OUTPUT
 */
export async function openJudge(started: Run, units: Units, options: KeepOptions): Promise<BypassJudge> {
  const run = { ...started, model: convertWeights(started.model) };
  return createBypassJudge(run.model, run.windows.scoring, {
    journal: await openRunJournal<WindowDamage>(run, 'damage', { topTokens }, options),
    units,
    slots: countSlots(run.model, run.windows.scoring),
    signal: run.options.signal,
    onNote: (text) => run.options.onEvent?.({ kind: 'note', text }),
  });
}

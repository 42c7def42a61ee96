import {
  compareSeveral,
  type Candidate,
  type ScoredWindow,
  type WindowComparison,
} from '../../evaluate/index.js';
import { openModel, type Model } from '../../native/index.js';
import { describeModelConditions } from '../conditions.js';
import { packWindow, unpackWindow, type PackedWindow } from '../evaluation/packWindow.js';
import { openJournal, type Journal } from '../journal.js';
import { measureRoom } from '../memoryRoom.js';
import { pickPlacement } from '../placement.js';
import { reportProgress, type Run } from '../start.js';
import { packGroups } from './packGroups.js';

/** A file to be measured: blocks of the original to leave out, or a file to load. */
export type Measurable = { readonly key: string } & (
  { readonly dropped: readonly number[] } | { readonly file: string; readonly bytes: number }
);

/** What all figures depend on besides the files. */
export interface TextConditions {
  readonly sha256: string;
  readonly context: number;
  readonly folder: string;
  readonly fresh: boolean | undefined;
}

/**
 * Runs the windows on the original and on each file.
 * @returns by file, by window
 */
export async function measureFiles(
  run: Run,
  windows: readonly ScoredWindow[],
  files: readonly Measurable[],
  { sha256, context, folder, fresh }: TextConditions,
): Promise<readonly (readonly WindowComparison[])[]> {
  const { model, hash, options } = run;
  const settings = { ...describeModelConditions(model, hash, options), text: sha256, context };
  const journal = await openJournal<PackedWindow>(folder, 'compared', settings, fresh);
  const identify = (file: Measurable, window: number) => `${file.key} ${window}`;
  const countKept = (file: Measurable) =>
    windows.filter((_, w) => journal.get(identify(file, w)) !== undefined).length;
  const report = reportProgress(options, 'text');
  const total = files.length * windows.length;
  let done = files.reduce((sum, file) => sum + countKept(file), 0);
  report(done, total);
  try {
    const open = files.filter((file) => countKept(file) < windows.length);
    for (const group of groupFiles(run, open)) {
      await withCandidates(run, group, async (candidates) => {
        for (const [w, window] of windows.entries()) {
          const missing = group.flatMap((file, c) => {
            const candidate = journal.get(identify(file, w)) === undefined ? candidates[c] : undefined;
            return candidate === undefined ? [] : [{ candidate, id: identify(file, w) }];
          });
          if (missing.length === 0) continue;
          const measured = await compareSeveral(
            { model },
            missing.map(({ candidate }) => candidate),
            window,
            options.signal,
          );
          measured.forEach((one, m) => {
            journal.add(missing[m]?.id ?? '', packWindow(one));
          });
          done += missing.length;
          report(done, total);
        }
      });
    }
  } finally {
    await journal.flush();
  }
  return files.map((file) => windows.map((_, w) => unpack(journal, identify(file, w))));
}

function unpack(journal: Journal<PackedWindow>, id: string): WindowComparison {
  const kept = journal.get(id);
  if (kept === undefined) throw new RangeError(`no record of ${id}`);
  return unpackWindow(kept);
}

/** Files that are measured together; blocks of the original left out take no memory. */
function groupFiles({ model }: Run, files: readonly Measurable[]): readonly (readonly Measurable[])[] {
  const loaded = files.filter((file) => 'file' in file);
  const bypassed = files.filter((file) => !('file' in file));
  const room = measureRoom(model.backend);
  const groups = packGroups(
    loaded.map(({ bytes }) => bytes),
    room,
  );
  return [
    ...(bypassed.length === 0 ? [] : [bypassed]),
    ...groups.map((group) => group.flatMap((index) => loaded[index] ?? [])),
  ];
}

async function withCandidates(
  { model, options, contextTokens }: Run,
  files: readonly Measurable[],
  work: (candidates: readonly Candidate[]) => Promise<void>,
): Promise<void> {
  const opened: Model[] = [];
  try {
    const candidates: Candidate[] = [];
    for (const file of files) {
      if ('dropped' in file) {
        candidates.push({ model, bypass: file.dropped });
        continue;
      }
      const loaded = await openModel(file.file, {
        ...pickPlacement(options),
        exact: options.exact,
        contextTokens,
        beside: model,
      });
      opened.push(loaded);
      candidates.push({ model: loaded });
    }
    await work(candidates);
  } finally {
    for (const one of opened) await one.close();
  }
}

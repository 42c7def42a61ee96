import { randomBytes } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { PruneError } from '../errors.js';
import { namePart } from '../gguf/index.js';
import { describeWriteFailure } from './failure.js';
import { placeFiles, removeAll } from './place.js';
import type { RewritePlan } from './planFiles.js';
import { writePart } from './writePart.js';

/** A plan and the file to write. Where the plan has several files, their names follow from this one's. */
export interface PlannedWrite {
  readonly plan: RewritePlan;
  readonly target: string;
}

export interface ApplyOptions {
  readonly overwrite?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((written: number, total: number) => void) | undefined;
  /**
   * Called with the finished files under their temporary names, of a split model with the first part; the targets appear
   * only if it does not throw.
   */
  readonly check?: ((...partials: string[]) => Promise<void>) | undefined;
}

/**
 * Writes what is planned: all files, or none. Whatever happens, no target is there in part; see `placeFiles` for a
 * process that dies while several get their names.
 * @throws PruneError OUTPUT; FILE_CHANGED when a source is not what was planned with; CANCELLED
 */
export async function applyPlans(writes: readonly PlannedWrite[], options: ApplyOptions = {}): Promise<void> {
  const mark = `${process.pid}-${randomBytes(3).toString('hex')}.part`;
  const jobs = await Promise.all(writes.map((write) => nameFiles(write, mark)));
  const files = jobs.flatMap((job) => job.files);
  const total = writes.reduce((sum, { plan }) => sum + plan.fileBytes, 0);
  let written = 0;
  const onWritten = (bytes: number) => {
    options.signal?.throwIfAborted();
    written += bytes;
    options.onProgress?.(written, total);
  };
  try {
    for (const { source, planned, partial, shown } of files) {
      await writePart(source, planned, partial, onWritten).catch((cause: unknown) => {
        throw describeWriteFailure(cause, shown);
      });
    }
    await options.check?.(...jobs.map(({ opened }) => opened));
    options.signal?.throwIfAborted();
    await placeFiles(files.toReversed(), options.overwrite ?? false);
  } catch (cause) {
    if (options.signal?.aborted)
      throw new PruneError('CANCELLED', 'Cancelled. Nothing was written.', { cause });
    throw describeWriteFailure(cause, writes[0]?.target ?? '');
  } finally {
    await removeAll(files.map(({ partial }) => partial));
  }
}

/** Carries out a single plan, as {@link applyPlans} does. */
export function applyPlan(plan: RewritePlan, target: string, options?: ApplyOptions): Promise<void> {
  return applyPlans([{ plan, target }], options);
}

/** Temporary names end as those of parts do, so that llama.cpp can open a split model by them. */
async function nameFiles({ plan, target }: PlannedWrite, mark: string) {
  const { source, files } = plan;
  const count = files.length;
  // a link to a file is followed, so that the file is replaced and not the link; parts have to lie together
  const path = count === 1 ? await realpath(target).catch(() => target) : target;
  const name = (stem: string, index: number) => namePart(stem, index, count);
  return {
    opened: name(`${path}.${mark}`, 0),
    files: files.map((planned, index) => ({
      source,
      planned,
      partial: name(`${path}.${mark}`, index),
      final: name(path, index),
      shown: name(target, index),
    })),
  };
}

import type { GgufHeader } from '../gguf/index.js';
import type { Model } from '../native/index.js';
import { hashSource, type SourceHash } from './hashSource.js';

/** A loaded model, and the hashes of its files. */
export interface HashedModel {
  readonly model: Model;
  readonly hash: SourceHash;
}

type Report = (done: number, total: number) => void;

/**
 * Hashes the files of a model while it is loaded, in a process of its own.
 * @param open loads it, telling which share is there
 * @param onHashed told the bytes; loading is told of once they are all read
 * @throws PruneError as `open` does; CANCELLED
 */
export async function openHashed(
  header: GgufHeader,
  open: (onLoaded: (share: number) => void) => Promise<Model>,
  {
    signal,
    onHashed,
    onLoaded,
  }: {
    readonly signal?: AbortSignal | undefined;
    readonly onHashed: Report;
    readonly onLoaded: Report;
  },
): Promise<HashedModel> {
  let isHashed = false;
  const opening = open((share) => {
    if (isHashed) onLoaded(share, 1);
  });
  // it is waited for below, whatever becomes of the hash
  opening.catch(() => undefined);
  try {
    const report = (bytes: number) => {
      onHashed(bytes, header.fileBytes);
    };
    const hash = await hashSource(header, { signal, onHashed: report });
    isHashed = true;
    return { model: await opening, hash };
  } catch (error) {
    const model = await opening.catch(() => undefined);
    await model?.close();
    throw error;
  }
}

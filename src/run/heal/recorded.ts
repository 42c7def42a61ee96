import { PruneError } from '../../errors.js';
import { fileLabel, getArray, getString, type GgufHeader } from '../../gguf/index.js';
import type { Drop } from '../../model/index.js';

/** What a pruned file says of its making, as far as it can be made again. */
export interface RecordedDrop extends Drop {
  /** The file that says it. */
  readonly path: string;
  /** SHA-256 of the original. */
  readonly sourceHash: string;
  /** How it was chosen, and on which windows, if on any. */
  readonly method: string | undefined;
  readonly calibrationHash: string | undefined;
}

/**
 * Reads what was dropped to make a file.
 * @throws PruneError DROP_REFUSED for a file that does not say so
 */
export function readRecordedDrop(header: GgufHeader): RecordedDrop {
  const list = (key: string) => getArray(header, `prune_gguf.${key}`)?.values.map(Number);
  const dropped = list('dropped_blocks');
  const sourceHash = getString(header, 'prune_gguf.source.sha256');
  if (dropped === undefined || sourceHash === undefined) {
    throw new PruneError(
      'DROP_REFUSED',
      `${fileLabel(header.path)} does not say which blocks were dropped from its original (prune_gguf.dropped_blocks, ` +
        `prune_gguf.source.sha256), so that it cannot be healed. Prune the original with --drop and --heal instead.`,
    );
  }
  return {
    path: header.path,
    dropped,
    droppedAttention: list('dropped_attention') ?? [],
    sourceHash,
    method: getString(header, 'prune_gguf.method'),
    calibrationHash: getString(header, 'prune_gguf.calibration.sha256'),
  };
}

/** @throws PruneError DROP_REFUSED for a file that another original was pruned to */
export function checkOriginal({ path, sourceHash }: RecordedDrop, original: string, sha256: string): void {
  if (sha256 === sourceHash) return;
  throw new PruneError(
    'DROP_REFUSED',
    `${fileLabel(path)} was not made from ${fileLabel(original)}: its original has the SHA-256 ${sourceHash}, this file ` +
      `${sha256}. Name the original with --from.`,
  );
}

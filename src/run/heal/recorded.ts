import { PruneError } from '../../errors.js';
import { fileLabel, getArray, getString, getUint, type GgufHeader } from '../../gguf/index.js';
import type { Drop } from '../../model/index.js';

/** What a pruned file says of its making, as far as it can be made again. */
export interface RecordedDrop extends Drop {
  readonly sourceBlocks: number;
  /** SHA-256 of the original. */
  readonly sourceHash: string;
}

/**
 * Reads what was dropped to make a file.
 * @throws PruneError DROP_REFUSED for a file that does not say so
 */
export function readRecordedDrop(header: GgufHeader): RecordedDrop {
  const list = (key: string) => getArray(header, `prune_gguf.${key}`)?.values.map(Number);
  const dropped = list('dropped_blocks');
  const sourceBlocks = getUint(header, 'prune_gguf.source.block_count');
  const sourceHash = getString(header, 'prune_gguf.source.sha256');
  if (dropped === undefined || sourceBlocks === undefined || sourceHash === undefined) {
    throw new PruneError(
      'DROP_REFUSED',
      `${fileLabel(header.path)} does not say which blocks were dropped from its original (prune_gguf.dropped_blocks, ` +
        `prune_gguf.source.…), so that it cannot be healed. Prune the original with --drop and --heal instead.`,
    );
  }
  return { dropped, droppedAttention: list('dropped_attention') ?? [], sourceBlocks, sourceHash };
}

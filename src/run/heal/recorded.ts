import { PruneError } from '../../errors.js';
import { fileLabel, formatCounted, getArray, getString, getUint, type GgufHeader } from '../../gguf/index.js';
import { parseHealing, type HealingName } from '../../heal/index.js';
import type { Drop } from '../../model/index.js';

/** What a pruned file says of its making, as far as it can be made again. */
export interface RecordedDrop extends Drop {
  /** The file that says it. */
  readonly path: string;
  /** Of the original: how many blocks it has, and its SHA-256. */
  readonly sourceBlocks: number;
  readonly sourceHash: string;
  /** How it was chosen, and on which windows, if on any. */
  readonly method: string | undefined;
  readonly calibrationHash: string | undefined;
  /** What it was healed by. */
  readonly healing: readonly HealingName[];
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
  return {
    path: header.path,
    dropped,
    droppedAttention: list('dropped_attention') ?? [],
    sourceBlocks,
    sourceHash,
    method: getString(header, 'prune_gguf.method'),
    calibrationHash: getString(header, 'prune_gguf.calibration.sha256'),
    healing: parseHealing(getString(header, 'prune_gguf.healing') ?? 'none'),
  };
}

/** @throws PruneError DROP_REFUSED for a file that, by its number of blocks, another original was pruned to */
export function checkBlocks(recorded: RecordedDrop, original: string, blocks: number): void {
  const { sourceBlocks } = recorded;
  if (blocks === sourceBlocks) return;
  throw refuseOriginal(recorded, original, `has ${formatCounted(sourceBlocks, 'block')}`, `${blocks}`);
}

/** @throws PruneError DROP_REFUSED for a file that another original was pruned to */
export function checkOriginal(recorded: RecordedDrop, original: string, sha256: string): void {
  const { sourceHash } = recorded;
  if (sha256 === sourceHash) return;
  throw refuseOriginal(recorded, original, `has the SHA-256 ${sourceHash}`, sha256);
}

function refuseOriginal({ path }: RecordedDrop, original: string, wanted: string, found: string): PruneError {
  return new PruneError(
    'DROP_REFUSED',
    `${fileLabel(path)} was not made from ${fileLabel(original)}: its original ${wanted}, this file ${found}. Name the ` +
      `original with --from.`,
  );
}

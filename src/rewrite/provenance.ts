import { basename } from 'node:path';
import { makeArrayEntry, makeEntry, ValueType, type Entry } from '../gguf/index.js';
import type { Drop } from '../model/index.js';

/** What a pruned file says of its making. */
export interface Provenance {
  readonly toolVersion: string;
  readonly sourcePath: string;
  readonly sourceHash: string;
  readonly sourceBlocks: number;
  /** How the blocks were chosen: a metric's name, or `chosen by hand`. */
  readonly method: string;
  /** Hash over the calibration windows; undefined when none were used. */
  readonly calibrationHash: string | undefined;
  readonly drop: Drop;
  /** Methods that it was healed by. Default: none. */
  readonly healing?: readonly string[];
}

/** The `prune_gguf.*` keys. Blocks are counted as in the source. */
export function describeProvenance(made: Provenance): readonly Entry[] {
  const { dropped, droppedAttention } = made.drop;
  const text = (key: string, value: string) => makeEntry(`prune_gguf.${key}`, ValueType.string, value);
  return [
    text('version', made.toolVersion),
    text('source.name', basename(made.sourcePath)),
    text('source.sha256', made.sourceHash),
    makeEntry('prune_gguf.source.block_count', ValueType.uint32, made.sourceBlocks),
    text('method', made.method),
    ...(made.calibrationHash === undefined ? [] : [text('calibration.sha256', made.calibrationHash)]),
    makeArrayEntry('prune_gguf.dropped_blocks', ValueType.uint32, dropped),
    ...(droppedAttention.length === 0
      ? []
      : [makeArrayEntry('prune_gguf.dropped_attention', ValueType.uint32, droppedAttention)]),
    ...(made.healing === undefined || made.healing.length === 0
      ? []
      : [text('healing', made.healing.join(','))]),
  ];
}

import { fileLabel, type GgufHeader } from '../gguf/index.js';
import { measureFreeMemory, type Model } from '../native/index.js';
import { formatBytes } from '../report/index.js';
import type { RunOptions } from './options.js';

/** Models are held at once, and timed in turns, if they take at most this share of free memory. */
const memoryShare = 0.4;

/** Bytes of models that may be held at once; none on a GPU, whose memory one model may fill. */
export function measureRoom(backend: Model['backend']): number {
  return backend === 'off' ? memoryShare * measureFreeMemory() : 0;
}

/** Says of a model that does not fit into memory, before it is loaded, what that means. */
export function noteLargeModel(
  { path, fileBytes }: GgufHeader,
  { onEvent, rpc }: Pick<RunOptions, 'onEvent' | 'rpc'>,
): void {
  const free = measureFreeMemory();
  if (fileBytes <= free) return;
  const text =
    `${fileLabel(path)} has ${formatBytes(fileBytes)}, and ${formatBytes(free)} of memory are free: those of its blocks ` +
    `that nothing else holds are read from the disk again and again, which takes long.` +
    (rpc === undefined ? ' --rpc spreads them over several machines.' : '');
  onEvent?.({ kind: 'note', text });
}

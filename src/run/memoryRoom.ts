import os from 'node:os';
import type { Model } from '../native/index.js';

/** Models are held at once, and timed in turns, if they take at most this share of free memory. */
const memoryShare = 0.4;

/** Bytes of models that may be held at once; none on a GPU, whose memory one model may fill. */
export function measureRoom(backend: Model['backend']): number {
  return backend === 'off' ? memoryShare * os.freemem() : 0;
}

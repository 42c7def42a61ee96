import os from 'node:os';

/** Of a system that does not tell what it could give back, this share of its memory is taken to be free. */
const assumedShare = 0.75;

/**
 * Bytes of main memory that this process and its children may still take. Pages of files that are kept for later count as
 * free, in a container as well, whose limit is all that is known of it.
 */
export function measureFreeMemory(): number {
  const free = process.platform === 'linux' ? os.freemem() : assumedShare * os.totalmem();
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(free, limit) : free;
}

export function exceedsMemory(bytes: number): boolean {
  return bytes > measureFreeMemory();
}

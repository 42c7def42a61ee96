import os from 'node:os';

/** Bytes of main memory that this process and its children may still take; those of its container, if it is in one. */
export function measureFreeMemory(): number {
  // newer versions of Node alone know of containers
  const { availableMemory } = process as { availableMemory?: () => number };
  return availableMemory?.call(process) ?? os.freemem();
}

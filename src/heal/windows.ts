import { PruneError } from '../errors.js';

/** Windows that are fitted to and trained on, and others that judge both. */
export interface HealingWindows {
  readonly label: string;
  /** What repairs are fitted to in closed form. */
  readonly fitting: readonly Int32Array[];
  /** More of the same text. */
  readonly others: readonly Int32Array[];
  readonly heldOut: readonly Int32Array[];
}

/**
 * Holds out every so many of some windows, spread evenly; no more than `most`.
 * @param windows of all, those that are to be fitted to
 * @throws PruneError CALIBRATION where none are left to fit to, or to judge by
 */
export function splitWindows(
  label: string,
  windows: readonly Int32Array[],
  { heldOutEvery, mostHeldOut }: { readonly heldOutEvery: number; readonly mostHeldOut: number },
  all: readonly Int32Array[] = windows,
): HealingWindows {
  const total = windows.length;
  const count = Math.min(mostHeldOut, Math.floor(total / heldOutEvery));
  if (count === 0) {
    throw new PruneError(
      'CALIBRATION',
      `${label} is too short to heal by: it has ${total} windows, and ${heldOutEvery} are needed, as one of so many judges ` +
        `the fits. Give a longer text with --heal-text.`,
    );
  }
  const isHeldOut = (i: number) => Math.floor(((i + 1) * count) / total) > Math.floor((i * count) / total);
  const heldOut = windows.filter((_, i) => isHeldOut(i));
  return {
    label,
    fitting: windows.filter((_, i) => !isHeldOut(i)),
    others: all.filter((window) => !windows.includes(window)),
    heldOut,
  };
}

import { PruneError } from '../errors.js';

/** Windows that are fitted to, and others that judge the fits. */
export interface HealingWindows {
  readonly label: string;
  readonly fitting: readonly Int32Array[];
  readonly heldOut: readonly Int32Array[];
}

/**
 * Holds out every so many of some windows.
 * @throws PruneError CALIBRATION where none are left to fit to, or to judge by
 */
export function splitWindows(label: string, windows: readonly Int32Array[], every: number): HealingWindows {
  const isHeldOut = (index: number) => index % every === every - 1;
  const heldOut = windows.filter((_, index) => isHeldOut(index));
  if (heldOut.length === 0) {
    throw new PruneError(
      'CALIBRATION',
      `${label} is too short to heal by: it has ${windows.length} windows, of which every ${every}th judges the fits.`,
    );
  }
  return { label, fitting: windows.filter((_, index) => !isHeldOut(index)), heldOut };
}

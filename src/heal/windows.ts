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
      `${label} is too short to heal by: it has ${windows.length} windows, and ${every} are needed, as every ${every}th ` +
        `judges the fits. Give a longer text with --heal-text.`,
    );
  }
  return { label, fitting: windows.filter((_, index) => !isHeldOut(index)), heldOut };
}

/** As many of the windows as have about so many tokens, spread evenly over them; all where they have no more. */
export function limitTokens(windows: readonly Int32Array[], most: number): readonly Int32Array[] {
  const tokens = windows.reduce((sum, { length }) => sum + length, 0);
  if (tokens <= most) return windows;
  const count = Math.max(1, Math.floor((most / tokens) * windows.length));
  const chosen = Array.from({ length: count }, (_, i) => Math.floor((i * windows.length) / count));
  return chosen.flatMap((at) => windows.slice(at, at + 1));
}

/** How healing is done unless told otherwise. */
export const healingDefaults = {
  /** Tokens of a longer text that are used: more heal better, and take as much longer. */
  tokens: 24_576,
  /** Every so many windows one judges the fits and is not fitted to, but no more than so many. */
  heldOutEvery: 6,
  mostHeldOut: 5,
  /** What brings a block's output nearer to the original's by a smaller share than this is not tried on. */
  leastGain: 0.005,
  /** What is added to the diagonal of the sums, as shares of their mean: all are tried. */
  ridges: { refit: [0.1, 0.3, 1, 10], patch: [0.003, 0.01, 0.03, 0.1] },
} as const;

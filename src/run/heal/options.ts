import type { HealingName } from '../../heal/index.js';

/** How what the drop broke is healed. */
export interface HealingOptions {
  /** Default: not at all. */
  readonly heal?: readonly HealingName[] | undefined;
  /**
   * What the repairs are fitted to: a file as `calibration`, or `self:24000`, text of so many tokens that the model writes.
   * Default: all of the calibration but the windows that the result is judged on.
   */
  readonly healText?: string | undefined;
  /** The type of refitted matrices, such as `Q8_0`. Default: the one they have. */
  readonly healType?: string | undefined;
}

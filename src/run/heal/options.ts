import type { HealingName } from '../../heal/index.js';

/** How what the drop broke is healed. */
export interface HealingOptions {
  /** Default: not at all. */
  readonly heal?: readonly HealingName[] | undefined;
  /** What the repairs are fitted to: as `calibration`. Default: 24,000 tokens of text sampled from the model. */
  readonly healText?: string | undefined;
  /** The type of refitted matrices, such as `Q8_0`. Default: the one they have. */
  readonly healType?: string | undefined;
}

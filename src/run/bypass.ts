import type { Drop, ModelDescription } from '../model/index.js';

/** What a pass over a loaded model leaves out. */
export interface Bypass {
  readonly bypass: readonly number[];
  readonly bypassAttention: readonly number[];
  /** Whether to multiply with what healing has put in place of matrices and blocks: in all passes without something. */
  readonly overridden: boolean;
}

/** What to leave out of passes for a drop: blocks that predict further tokens are in none. */
export function toBypass(
  { trunk }: Pick<ModelDescription, 'trunk'>,
  { dropped, droppedAttention }: Drop,
): Bypass {
  return {
    bypass: dropped.filter((block) => block < trunk),
    bypassAttention: droppedAttention,
    overridden: dropped.length + droppedAttention.length > 0,
  };
}

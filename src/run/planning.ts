import type { Drop } from '../model/index.js';
import { planDrop, type DropPlan, type Repairs } from '../rewrite/index.js';
import type { HealingName } from '../heal/index.js';
import { boundRepairs } from './heal/bound.js';
import type { RecordedDrop } from './heal/recorded.js';
import { findHealType } from './heal/weights.js';
import { describeMaking, type Choosing } from './making.js';
import type { PruneRequest } from './options.js';
import type { Run } from './start.js';

/** How a file is written, whatever is dropped. */
export interface WritingOptions extends Pick<
  PruneRequest,
  'heal' | 'healType' | 'adapter' | 'splitMaxBytes'
> {
  /** What an earlier file says of the same drop, where it is done once more. */
  readonly recorded?: RecordedDrop | undefined;
}

/** How a drop was healed. */
export interface PlannedHealing {
  readonly methods: readonly HealingName[];
  readonly repairs: Repairs;
}

/**
 * Plans the model without what is dropped, and what it says of its making.
 * @param healing undefined where it was not healed
 */
export function planModel(
  run: Run,
  choosing: Choosing,
  drop: Drop,
  { splitMaxBytes, recorded }: WritingOptions,
  healing?: PlannedHealing,
): DropPlan {
  const { header, description } = run.model;
  const describe = describeMaking(run, choosing, drop, healing?.methods, recorded);
  const entries = describe(header.path, run.hash.sha256);
  return planDrop(header, description, drop, entries, splitMaxBytes, healing?.repairs);
}

/** The most bytes that the file may have: healing keeps of what it tries what helps. */
export function countMostBytes(run: Run, choosing: Choosing, drop: Drop, options: WritingOptions): number {
  const { heal = [], healType, adapter } = options;
  // what is trained as an adapter lies in no file of the model
  const methods = heal.filter((name) => name !== 'lora' || adapter === undefined);
  const repairs = boundRepairs(run.model, drop, methods, findHealType(healType));
  return planModel(run, choosing, drop, options, { methods, repairs }).fileBytes;
}

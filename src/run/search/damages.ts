import { averageValues } from '../../evaluate/index.js';
import type { Drop } from '../../model/index.js';
import type { WindowResult } from '../../native/index.js';
import { nameSet, type UnitSet } from '../../select/index.js';
import type { Journal } from '../journal.js';
import type { Units } from './units.js';

/** What a drop did on one window: means over its tokens, in nats; null where no finite number came out. */
export interface WindowDamage {
  readonly loss: number | null;
  readonly divergence: number | null;
}

export type JudgeMeasure = 'kl' | 'perplexity';

/** What sets have done on windows. */
export interface Damages {
  has(window: number, set: UnitSet): boolean;
  /** What the whole model loses, which the loss of others is compared with. */
  addWhole(window: number, loss: number): void;
  add(window: number, set: UnitSet, result: Pick<WindowResult, 'losses' | 'divergences'>): void;
  /** In nats a token; Infinity where no finite number came out. */
  read(measure: JudgeMeasure, window: number, set: UnitSet): number;
}

/** Keeps damages in a journal. */
export function keepDamages(journal: Journal<WindowDamage>, units: Units): Damages {
  const identify = (window: number, set: UnitSet) => `${window} ${nameDrop(units.toDrop(set))}`;
  const find = (window: number, set: UnitSet) => journal.get(identify(window, set));
  return {
    // without the loss of the whole model nothing is told
    has: (window, set) =>
      set.length === 0 ? isKnown(find(window, [])?.loss) : find(window, set) !== undefined,
    addWhole(window, loss) {
      journal.add(identify(window, []), { loss, divergence: 0 });
    },
    add(window, set, { losses, divergences }) {
      const loss = asFinite(averageValues([losses]).mean);
      const divergence = asFinite(averageValues([divergences]).mean);
      // what is no number may be one the next time
      journal.add(identify(window, set), { loss, divergence }, loss !== null && divergence !== null);
    },
    read(measure, window, set) {
      if (set.length === 0) return 0;
      const damage = find(window, set);
      if (measure === 'kl') return damage?.divergence ?? Infinity;
      return (damage?.loss ?? Infinity) - (find(window, [])?.loss ?? NaN);
    },
  };
}

/** A drop of blocks alone has the same name whatever the units are. */
export function nameDrop({ dropped, droppedAttention }: Drop): string {
  return droppedAttention.length === 0
    ? nameSet(dropped)
    : `${nameSet(dropped)} attention ${nameSet(droppedAttention)}`;
}

function isKnown(value: number | null | undefined): boolean {
  return value !== undefined && value !== null;
}

function asFinite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

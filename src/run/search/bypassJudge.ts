import { averageValues, undefinedLoss } from '../../evaluate/index.js';
import type { Drop } from '../../model/index.js';
import type { StateSource } from '../../score/index.js';
import type { Model, TopTokens, WindowResult } from '../../native/index.js';
import { nameSet, uniqueBySet, type UnitSet, type Candidate, type Judge } from '../../select/index.js';
import { toBypass } from '../bypass.js';
import type { Journal } from '../journal.js';
import { countBlocks, planPasses, type Pass } from './passes.js';
import { canBeginAbove, noReuse } from './reuse.js';
import { wholeBlocks, type Units } from './units.js';

/** What a drop did on one window: means over its tokens, in nats; null where no finite number came out. */
export interface WindowDamage {
  readonly loss: number | null;
  readonly divergence: number | null;
}

/** What the judging has cost so far. */
export interface JudgeCost {
  readonly passes: number;
  /** Blocks run, over all passes; a pass over the whole model has all of them. */
  readonly blocks: number;
}

export type JudgeMeasure = 'kl' | 'perplexity';

export interface BypassJudgeOptions {
  readonly measure: JudgeMeasure;
  readonly journal: Journal<WindowDamage>;
  /** What the numbers in sets stand for. Default: blocks. */
  readonly units?: Units | undefined;
  /** Windows whose inputs of blocks are kept at once. */
  readonly slots: number;
  readonly signal?: AbortSignal | undefined;
  readonly onPass?: ((cost: JudgeCost) => void) | undefined;
  readonly onNote?: ((text: string) => void) | undefined;
}

export interface BypassJudge extends Judge {
  readonly cost: () => JudgeCost;
  /** The whole model, to be scored on the same windows: by the passes that all others are compared with. */
  readonly states: StateSource;
}

/** Most likely tokens that a distribution is known by; see docs/search.md for what that leaves out. */
export const topTokens = 512;

/** Judges sets by bypassing their units in the loaded model: how far it is from itself without them. */
export function createBypassJudge(
  model: Model,
  windows: readonly Int32Array[],
  { measure, journal, units, slots, signal, onPass, onNote }: BypassJudgeOptions,
): BypassJudge {
  const blocks = model.description.trunk;
  const known = units ?? wholeBlocks(blocks);
  const identify = (window: number, set: UnitSet) => `${window} ${nameDrop(known.toDrop(set))}`;
  const references = new Map<number, TopTokens>();
  const kept = new Map<number, { readonly window: number; readonly set: UnitSet }>();
  let cost: JudgeCost = { passes: 0, blocks: 0 };
  let canReuse: boolean | undefined;

  const findKept = (window: number) => {
    const found = kept.get(window % slots);
    return found?.window === window ? found.set : undefined;
  };

  const run = async (window: number, pass: Pass, gram = false): Promise<WindowResult> => {
    const slot = window % slots;
    const reference = references.get(window) ?? null;
    if (pass.keepInputs) kept.delete(slot);
    const result = await model.runWindow(
      {
        tokens: windows[window] ?? new Int32Array(),
        losses: true,
        gram,
        ...toBypass(model.description, known.toDrop(pass.set)),
        firstBlock: pass.firstBlock,
        keepInputs: pass.keepInputs,
        slot,
        reference,
        topTokens: reference === null ? topTokens : 0,
      },
      { signal },
    );
    if (pass.keepInputs) kept.set(slot, { window, set: pass.set });
    cost = { passes: cost.passes + 1, blocks: cost.blocks + countBlocks(pass, known) };
    onPass?.(cost);
    return result;
  };

  const keep = (window: number, set: UnitSet, losses: Float32Array, divergences: Float32Array) => {
    const damage = {
      loss: asFinite(averageValues([losses]).mean),
      divergence: asFinite(averageValues([divergences]).mean),
    };
    // what is no number may be one the next time
    journal.add(identify(window, set), damage, damage.loss !== null && damage.divergence !== null);
    return damage;
  };

  /** The whole model's distributions, which all others are compared with. */
  const makeReference = async (window: number, gram = false): Promise<Float32Array | undefined> => {
    if (references.has(window)) return undefined;
    const whole = await run(window, { set: [], firstBlock: 0, keepInputs: true }, gram);
    if (whole.top === null) throw new RangeError('no distribution was kept');
    references.set(window, whole.top);
    const { loss } = keep(window, [], whole.losses, Float32Array.of(0));
    if (loss === null) throw undefinedLoss();
    if (canReuse !== undefined) return whole.gram;
    canReuse = await canBeginAbove(whole.losses, blocks, async (firstBlock) => {
      const part = await run(window, { set: [], firstBlock, keepInputs: false });
      return part.losses;
    });
    if (!canReuse) onNote?.(noReuse);
    return whole.gram;
  };

  const states: StateSource = {
    facts: model.facts,
    async runWindow({ tokens, gram }, options) {
      const window = windows.indexOf(tokens);
      const found = window === -1 ? undefined : await makeReference(window, gram);
      return found === undefined ? model.runWindow({ tokens, gram }, options) : { gram: found };
    },
  };

  const measureWindow = async (window: number, candidates: readonly Candidate[]) => {
    const missing = uniqueBySet(candidates).filter(
      ({ set }) => journal.get(identify(window, set)) === undefined,
    );
    if (missing.length === 0) return;
    await makeReference(window);
    const open = missing.filter(({ set }) => set.length > 0);
    const passes = canReuse
      ? planPasses(open, findKept(window), known)
      : open.map(({ set }) => ({ set, firstBlock: 0, keepInputs: false }));
    for (const pass of passes) {
      const { losses, divergences } = await run(window, pass);
      keep(window, pass.set, losses, divergences);
    }
  };

  const readDamage = (window: number, set: UnitSet): number => {
    if (set.length === 0) return 0;
    const damage = journal.get(identify(window, set));
    if (measure === 'kl') return damage?.divergence ?? Infinity;
    return (damage?.loss ?? Infinity) - (journal.get(identify(window, []))?.loss ?? Infinity);
  };

  return {
    windows: windows.length,
    cost: () => cost,
    states,
    async measure(candidates, count) {
      for (let window = 0; window < count; window++) await measureWindow(window, candidates);
      await journal.flush();
      return candidates.map(({ set }) => {
        let sum = 0;
        for (let window = 0; window < count; window++) sum += readDamage(window, set);
        return sum / count;
      });
    },
  };
}

/** A drop of blocks alone has the same name whatever the units are. */
export function nameDrop({ dropped, droppedAttention }: Drop): string {
  return droppedAttention.length === 0
    ? nameSet(dropped)
    : `${nameSet(dropped)} attention ${nameSet(droppedAttention)}`;
}

function asFinite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

import { PruneError } from '../../errors.js';
import { averageValues } from '../../evaluate/index.js';
import { averageWindows, type StateSource, type WindowValues } from '../../score/index.js';
import type { Model, TopTokens, WindowResult } from '../../native/index.js';
import { uniqueBySet, type UnitSet, type Candidate, type Judge } from '../../select/index.js';
import { toBypass } from '../bypass.js';
import type { Journal } from '../journal.js';
import { keepDamages, type JudgeMeasure, type WindowDamage } from './damages.js';
import { countBlocks, planPasses, type Pass } from './passes.js';
import { canBeginAbove, noReuse } from './reuse.js';
import { noRoom } from './slots.js';
import type { Units } from './units.js';

/** What the judging has cost so far. */
export interface JudgeCost {
  readonly passes: number;
  /** Blocks run, over all passes; a pass over the whole model has all of them. */
  readonly blocks: number;
}

export interface BypassJudgeOptions {
  readonly journal: Journal<WindowDamage>;
  /** What the numbers in sets stand for. */
  readonly units: Units;
  /** Windows whose inputs of blocks are kept at once; with none every set is run from the first block on. */
  readonly slots: number;
  readonly signal?: AbortSignal | undefined;
  readonly onNote?: ((text: string) => void) | undefined;
}

/** A judge that tells windows apart as well. */
export interface WindowJudge extends Judge {
  /** The damage of each set in each of the first windows, in nats a token. */
  measureWindows(candidates: readonly Candidate[], windows: number): Promise<WindowValues>;
}

/** What judges all sets of a run, by whatever measure: a pass tells of each, and is not made again for another one. */
export interface BypassJudge {
  readonly cost: () => JudgeCost;
  /** Who is told of each pass from now on, in place of the one before. */
  readonly watch: (onPass: (cost: JudgeCost) => void) => void;
  /** The whole model, to be scored on the same windows: by the passes that all others are compared with. */
  readonly states: StateSource;
  readonly judgeBy: (measure: JudgeMeasure) => WindowJudge;
  /** Waits until all that was measured is in its file. */
  readonly flush: () => Promise<void>;
}

/** Most likely tokens that a distribution is known by; see docs/search.md for what that leaves out. */
export const topTokens = 512;

/** Judges sets by bypassing their units in the loaded model: how far it is from itself without them. */
export function createBypassJudge(
  model: Model,
  windows: readonly Int32Array[],
  { journal, units, slots, signal, onNote }: BypassJudgeOptions,
): BypassJudge {
  const blocks = model.description.trunk;
  // nothing foretells the first token of a window
  const tokens = windows.map(({ length }) => length - 1);
  const damages = keepDamages(journal, units);
  const references = new Map<number, TopTokens>();
  const kept = new Map<number, { readonly window: number; readonly set: UnitSet }>();
  let cost: JudgeCost = { passes: 0, blocks: 0 };
  let onPass: ((cost: JudgeCost) => void) | undefined;
  let canReuse: boolean | undefined;

  const findKept = (window: number) => {
    const found = kept.get(window % slots);
    return found?.window === window ? found.set : undefined;
  };

  const run = async (window: number, pass: Pass, gram = false): Promise<WindowResult> => {
    const slot = slots === 0 ? 0 : window % slots;
    const reference = references.get(window) ?? null;
    if (pass.keepInputs) kept.delete(slot);
    const result = await model.runWindow(
      {
        tokens: windows[window] ?? new Int32Array(),
        losses: true,
        gram,
        ...toBypass(model.description, units.toDrop(pass.set)),
        firstBlock: pass.firstBlock,
        keepInputs: pass.keepInputs,
        slot,
        reference,
        topTokens: reference === null ? topTokens : 0,
      },
      { signal },
    );
    if (pass.keepInputs) kept.set(slot, { window, set: pass.set });
    cost = { passes: cost.passes + 1, blocks: cost.blocks + countBlocks(pass, units) };
    onPass?.(cost);
    return result;
  };

  /** The whole model's distributions, which all others are compared with. */
  const makeReference = async (window: number, gram = false): Promise<Float32Array | undefined> => {
    if (references.has(window)) return undefined;
    const whole = await run(window, { set: [], firstBlock: 0, keepInputs: slots > 0 }, gram);
    if (whole.top === null) throw new RangeError('no distribution was kept');
    damages.addWhole(window, checkWhole(averageValues([whole.losses]).mean, window));
    references.set(window, whole.top);
    if (canReuse !== undefined) return whole.gram;
    const runFrom = async (firstBlock: number) => {
      const part = await run(window, { set: [], firstBlock, keepInputs: false });
      return part.losses;
    };
    canReuse = slots > 0 && (await canBeginAbove(whole.losses, blocks, runFrom));
    if (!canReuse) onNote?.(slots > 0 ? noReuse : noRoom);
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
    const missing = uniqueBySet(candidates).filter(({ set }) => !damages.has(window, set));
    if (missing.length === 0 && damages.has(window, [])) return;
    await makeReference(window);
    const open = missing.filter(({ set }) => set.length > 0);
    const passes = canReuse
      ? planPasses(open, findKept(window), units)
      : open.map(({ set }) => ({ set, firstBlock: 0, keepInputs: false }));
    for (const pass of passes) damages.add(window, pass.set, await run(window, pass));
  };

  /** `[windows][sets]`, of so many windows. */
  const measureEach = async (measure: JudgeMeasure, candidates: readonly Candidate[], count: number) => {
    for (let window = 0; window < count; window++) await measureWindow(window, candidates);
    await journal.flush();
    return tokens
      .slice(0, count)
      .map((_, window) => candidates.map(({ set }) => damages.read(measure, window, set)));
  };

  const judgeBy = (measure: JudgeMeasure): WindowJudge => ({
    windows: windows.length,
    async measure(candidates, count) {
      const means = await measureEach(measure, candidates, count);
      return averageWindows({ tokens: tokens.slice(0, count), means });
    },
    async measureWindows(candidates, count) {
      return { tokens: tokens.slice(0, count), means: await measureEach(measure, candidates, count) };
    },
  });

  return {
    cost: () => cost,
    watch(listener) {
      onPass = listener;
    },
    states,
    judgeBy,
    flush: () => journal.flush(),
  };
}

/** What nothing can be compared with is refused. @throws PruneError SCORE_UNDEFINED */
function checkWhole(loss: number, window: number): number {
  if (Number.isFinite(loss)) return loss;
  throw new PruneError(
    'SCORE_UNDEFINED',
    `The loss of the whole model is not a finite number in window ${window} of the calibration, so that no damage can be ` +
      `compared with it. The model file may be damaged.`,
  );
}

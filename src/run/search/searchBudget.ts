import { compareModels, compareSpeed, type SpeedSource } from '../../evaluate/index.js';
import type { Drop } from '../../model/index.js';
import { planDrop } from '../../rewrite/index.js';
import {
  findWithinBudget,
  judgeBudget,
  type Budget,
  type BudgetStep,
  type DropFigures,
  type UnitSet,
} from '../../select/index.js';
import { toBypass, type Bypass } from '../bypass.js';
import { describeMaking, type Choosing } from '../making.js';
import type { Run } from '../start.js';
import type { OpenSearch, SearchCourse, SearchGoal } from './openSearch.js';
import type { Found } from './searchBlocks.js';
import type { Units } from './units.js';

/** Tokens of the prompt, and after it, that speed is measured with, if the context has as many. */
const promptTokens = 128;
const generatedTokens = 32;

/** A drop on the way, as a set of units, with the damage that a search measured, if one did. */
interface UnitStep {
  readonly dropped: UnitSet;
  readonly damage: number | null;
}

/** A step with what it costs. */
interface DamagedStep extends BudgetStep {
  readonly set: UnitSet;
  readonly damage: number | null;
}

/**
 * Searches for the drop that a budget asks for.
 * @throws PruneError BUDGET where no drop is within it
 */
export async function searchWithinBudget(
  run: Run,
  search: OpenSearch,
  budget: Budget,
  propose?: SearchGoal['propose'],
): Promise<Found> {
  const { name, judge, unit, units } = search;
  const { steps, mend } = search.begin({ propose });
  const choosing = { metric: null, search: { name, judge, unit } };
  const found = await chooseWithinBudget(run, budget, steps, choosing, { ...units, mend });
  return { ...found, search: await search.close() };
}

/**
 * Finds the drop that a budget asks for. Costs are measured on the held-out windows, which no choice has seen; speed by
 * stock llama.cpp's path with the blocks bypassed, in turns with the whole model.
 *
 * @param steps drops of more and more blocks
 * @throws PruneError BUDGET where no drop is within it
 */
export async function chooseWithinBudget(
  run: Run,
  budget: Budget,
  steps: AsyncIterable<UnitStep>,
  choosing: Choosing,
  { toDrop, mend }: Pick<Units, 'toDrop'> & Partial<Pick<SearchCourse, 'mend'>>,
): Promise<Omit<Found, 'search'>> {
  const measureStep = async ({ dropped: set, damage }: UnitStep): Promise<DamagedStep> => {
    const drop = toDrop(set);
    return { ...drop, set, damage, figures: await measureDrop(run, budget, drop, choosing) };
  };
  const measureSteps = async function* (): AsyncGenerator<DamagedStep> {
    for await (const step of steps) yield await measureStep(step);
  };
  const { found, tried } = await findWithinBudget(measureSteps(), budget);
  const mended = await mendWithin(budget, found, mend, measureStep);
  const { dropped, droppedAttention } = mended;
  return {
    dropped,
    droppedAttention,
    curve: tried
      .map((step) => (step === found ? mended : step))
      .map((step) => ({
        dropped: step.dropped,
        droppedAttention: step.droppedAttention,
        damage: step.damage,
        figures: step.figures,
      })),
  };
}

/** The mended set, if it is within the budget too. */
async function mendWithin(
  budget: Budget,
  found: DamagedStep,
  mend: SearchCourse['mend'] | undefined,
  measureStep: (step: UnitStep) => Promise<DamagedStep>,
): Promise<DamagedStep> {
  if (mend === undefined || found.damage === null) return found;
  const mended = await mend({ dropped: found.set, damage: found.damage });
  if (mended.dropped === found.set) return found;
  const measured = await measureStep(mended);
  const { lacking, exceeded } = judgeBudget(budget, measured.figures);
  return lacking.length === 0 && exceeded.length === 0 ? measured : found;
}

async function measureDrop(
  run: Run,
  { minSpeedup }: Budget,
  drop: Drop,
  choosing: Choosing,
): Promise<DropFigures> {
  const { model, windows, options, hash } = run;
  const { header, description } = model;
  const entries = describeMaking(run, choosing, drop)(header.path, hash.sha256);
  const { before, after, divergence } = await compareModels(
    { model },
    { model, ...toBypass(description, drop) },
    windows.heldOut,
    { signal: options.signal },
  );
  return {
    bytes: planDrop(header, description, drop, entries).fileBytes,
    perplexityIncrease: after.perplexity / before.perplexity - 1,
    kl: divergence.mean,
    speedup: minSpeedup === undefined ? null : await measureSpeedup(run, toBypass(description, drop)),
  };
}

async function measureSpeedup(
  { model, windows, contextTokens, options }: Run,
  bypass: Bypass,
): Promise<number> {
  const without: SpeedSource = {
    measureSpeed: (request, call) => model.measureSpeed({ ...request, ...bypass }, call),
  };
  const generate = Math.min(generatedTokens, Math.floor(contextTokens / 4));
  const prompt = (windows.heldOut[0] ?? new Int32Array()).subarray(
    0,
    Math.min(promptTokens, contextTokens - generate),
  );
  const [before, after] = await compareSpeed([model, without], prompt, { generate, signal: options.signal });
  return (after?.generation.median ?? NaN) / (before?.generation.median ?? NaN);
}

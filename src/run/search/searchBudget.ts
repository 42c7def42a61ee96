import { compareModels, compareSpeed, type SpeedSource } from '../../evaluate/index.js';
import { planDrop } from '../../rewrite/index.js';
import {
  findWithinBudget,
  judgeBudget,
  type BlockSet,
  type Budget,
  type BudgetStep,
  type DropFigures,
} from '../../select/index.js';
import { describeMaking, type Choosing } from '../making.js';
import type { Run } from '../start.js';
import type { OpenSearch } from './openSearch.js';
import type { Found } from './searchBlocks.js';

/** Tokens of the prompt, and after it, that speed is measured with, if the context has as many. */
const promptTokens = 128;
const generatedTokens = 32;

/** A step with the damage that a search measured, if one did. */
interface DamagedStep extends BudgetStep {
  readonly damage: number | null;
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
  steps: AsyncIterable<{ readonly dropped: BlockSet; readonly damage: number | null }>,
  choosing: Choosing,
  search: OpenSearch | undefined,
): Promise<Omit<Found, 'search'>> {
  const measureSteps = async function* (): AsyncGenerator<DamagedStep> {
    for await (const step of steps) {
      yield { ...step, figures: await measureDrop(run, budget, step.dropped, choosing) };
    }
  };
  const { found, tried } = await findWithinBudget(measureSteps(), budget);
  const mended = await mend(run, budget, found, choosing, search);
  return {
    dropped: mended.dropped,
    curve: tried.map((step) => ({ ...(step === found ? mended : step), droppedAttention: [] })),
  };
}

/** The mended set, if it is within the budget too. */
async function mend(
  run: Run,
  budget: Budget,
  found: DamagedStep,
  choosing: Choosing,
  search: OpenSearch | undefined,
): Promise<DamagedStep> {
  if (search === undefined || found.damage === null) return found;
  const { dropped, damage } = await search.mend({ dropped: found.dropped, damage: found.damage });
  if (dropped === found.dropped) return found;
  const figures = await measureDrop(run, budget, dropped, choosing);
  const { lacking, exceeded } = judgeBudget(budget, figures);
  return lacking.length === 0 && exceeded.length === 0 ? { dropped, damage, figures } : found;
}

async function measureDrop(
  run: Run,
  { minSpeedup }: Budget,
  dropped: BlockSet,
  choosing: Choosing,
): Promise<DropFigures> {
  const { model, windows, options, hash } = run;
  const { header, description } = model;
  const drop = { dropped, droppedAttention: [] };
  const entries = describeMaking(run, choosing, drop)(header.path, hash.sha256);
  const { before, after, divergence } = await compareModels(
    { model },
    { model, bypass: dropped },
    windows.heldOut,
    { signal: options.signal },
  );
  return {
    bytes: planDrop(header, description, drop, entries).fileBytes,
    perplexityIncrease: after.perplexity / before.perplexity - 1,
    kl: divergence.mean,
    speedup: minSpeedup === undefined ? null : await measureSpeedup(run, dropped),
  };
}

async function measureSpeedup(
  { model, windows, contextTokens, options }: Run,
  bypass: BlockSet,
): Promise<number> {
  const without: SpeedSource = {
    measureSpeed: (request, call) => model.measureSpeed({ ...request, bypass }, call),
  };
  const generate = Math.min(generatedTokens, Math.floor(contextTokens / 4));
  const prompt = (windows.heldOut[0] ?? new Int32Array()).subarray(
    0,
    Math.min(promptTokens, contextTokens - generate),
  );
  const [before, after] = await compareSpeed([model, without], prompt, { generate, signal: options.signal });
  return (after?.generation.median ?? NaN) / (before?.generation.median ?? NaN);
}

import { compareSpeed, type SpeedSource } from '../../evaluate/index.js';
import type { Drop } from '../../model/index.js';
import type { Budget, DropFigures } from '../../select/index.js';
import { toBypass, type Bypass } from '../bypass.js';
import type { Choosing } from '../making.js';
import { countMostBytes, type WritingOptions } from '../planning.js';
import { reportProgress, type Run } from '../start.js';
import { openCosts } from './heldOutCosts.js';
import type { KeepOptions } from './options.js';

/** Tokens of the prompt, and after it, that speed is measured with, if the context has as many. */
const promptTokens = 128;
const generatedTokens = 32;

/** What a budget is held against, of a drop. */
export type MeasureFigures = (drop: Drop) => Promise<DropFigures>;

/**
 * Opens the measuring of what drops reach and cost. Costs are those of the held-out windows, which no choice has seen, before
 * healing; bytes are the most that the file may have with it; speed is that of stock llama.cpp's path with the blocks
 * bypassed, in turns with the whole model.
 */
export async function openFigures(
  run: Run,
  { minSpeedup }: Budget,
  choosing: Choosing,
  options: WritingOptions & KeepOptions,
): Promise<MeasureFigures> {
  const measureCosts = await openCosts(run, options);
  return async (drop) => ({
    bytes: countMostBytes(run, choosing, drop, options),
    ...(await measureCosts(drop)),
    speedup:
      minSpeedup === undefined ? null : await measureSpeedup(run, toBypass(run.model.description, drop)),
  });
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
  const [before, after] = await compareSpeed([model, without], prompt, {
    generate,
    signal: options.signal,
    onRound: reportProgress(options, 'time'),
  });
  return (after?.generation.median ?? NaN) / (before?.generation.median ?? NaN);
}

import { statfs } from 'node:fs/promises';
import path from 'node:path';
import { PruneError } from '../errors.js';
import { findLargestDifference, measureInStock, measureLoss, type LossResult } from '../evaluate/index.js';
import { escapeUnsafe, namePart } from '../gguf/index.js';
import type { Drop } from '../model/index.js';
import { formatBytes, type ChecksReport, type OutputReport } from '../report/index.js';
import { applyPlans, verifyFile, type DropPlan, type PlannedWrite } from '../rewrite/index.js';
import { toBypass } from './bypass.js';
import { describeCompanion, type PlannedCompanion } from './companions.js';
import { openForRun, reportProgress, type Run } from './start.js';

/** Tokens of the window that is run in stock llama.cpp, and which of them are compared. */
const stockTokens = 32;
const stockPlaces = [1, 8, 16, 31];

/**
 * Differences of up to this many nats are rounding: both graphs compute the same on the same backend, but stock
 * llama.cpp runs on the CPU with kernels of its own choice.
 */
const bypassTolerance = 0.01;
const stockTolerance = { cpu: 0.1, gpu: 0.5 };

/** Up to this loss, in nats, a probability in 32 bits tells it exactly enough. */
const comparableLoss = 60;

/** The source's losses with what is dropped bypassed: what the written file has to reproduce. */
export interface BypassedLosses {
  /** Over the window that the written file is checked on. */
  readonly check: LossResult;
  /** Over the first tokens of that window. */
  readonly stock: LossResult;
}

/** What a run writes. */
export interface PlannedOutput {
  readonly model: { readonly plan: DropPlan; readonly target: string };
  readonly companions: readonly PlannedCompanion[];
  /** An adapter that was trained for it. */
  readonly adapter?: PlannedWrite | undefined;
}

/** Measures what {@link writeChecked} compares with. */
export async function measureBypassed({ model, windows, options }: Run, drop: Drop): Promise<BypassedLosses> {
  const window = checkWindow(windows);
  const run = { ...toBypass(model.description, drop), signal: options.signal };
  return {
    check: await measureLoss(model, [window], run),
    stock: await measureLoss(model, [window.subarray(0, stockTokens)], run),
  };
}

function checkWindow({ scoring, heldOut }: Run['windows']): Int32Array {
  const window = heldOut[0] ?? scoring[0];
  if (window === undefined)
    throw new PruneError('CALIBRATION', 'There is no window to check the written file on.');
  return window;
}

/**
 * Writes what is planned, opens it again and compares it with the source: bytes, and of the model losses in stock
 * llama.cpp and in the patched one. Only then does anything get its name.
 * @throws PruneError OUTPUT, VERIFY_FAILED, FILE_CHANGED, CANCELLED
 */
export async function writeChecked(
  run: Run,
  { model, companions, adapter }: PlannedOutput,
  expected: BypassedLosses,
  overwrite: boolean,
): Promise<ChecksReport> {
  const { signal } = run.options;
  const window = checkWindow(run.windows);
  const onCheck = reportProgress(run.options, 'check');
  const beside = [...companions, ...(adapter === undefined ? [] : [adapter])];
  const writes: readonly PlannedWrite[] = [model, ...beside];
  await checkSpace(writes, model.target);

  let stockDifference: number | null = null;
  let bypassDifference = NaN;
  await applyPlans(writes, {
    overwrite,
    signal,
    onProgress: reportProgress(run.options, 'write'),
    check: async (partial, ...others) => {
      onCheck(0, 3);
      await verifyFile(model.plan, partial, signal);
      for (const [index, { plan }] of beside.entries()) await verifyFile(plan, others[index] ?? '', signal);
      onCheck(1, 3);

      const tokens = window.subarray(0, stockTokens);
      const places = stockPlaces.filter((place) => place < tokens.length);
      const losses = await measureInStock(partial, tokens, places, { threads: run.model.threads, signal });
      stockDifference = compareWithStock(losses, places, expected.stock);
      if (stockDifference !== null) {
        const tolerance = run.model.backend === 'off' ? stockTolerance.cpu : stockTolerance.gpu;
        refuseDifference('stock llama.cpp', stockDifference, tolerance);
      }
      onCheck(2, 3);

      const written = await openForRun(partial, run.contextTokens, {
        ...run.options,
        mapped: run.model.mapped,
        onEvent: undefined,
      });
      try {
        const { losses: found } = await measureLoss(written, [window], { signal });
        bypassDifference = findLargestDifference(found, expected.check.losses);
      } finally {
        await written.close();
      }
      refuseDifference('the written file', bypassDifference, bypassTolerance);
      onCheck(3, 3);
    },
  });
  return { sameBytes: true, stockDifference, bypassDifference };
}

/**
 * The largest difference over the places that can be compared: stock llama.cpp gives probabilities, in which the loss of
 * a token held all but impossible has no digits left. Null when there are none.
 */
function compareWithStock(
  losses: readonly number[],
  places: readonly number[],
  { losses: [wanted] }: LossResult,
) {
  const pairs = places
    .map((place, i) => ({ found: losses[i] ?? NaN, expected: wanted?.[place - 1] ?? NaN }))
    .filter(({ expected }) => !(expected > comparableLoss));
  if (pairs.length === 0) return null;
  return findLargestDifference(
    [Float32Array.from(pairs.map(({ found }) => found))],
    [Float32Array.from(pairs.map(({ expected }) => expected))],
  );
}

function refuseDifference(where: string, difference: number, tolerance: number): void {
  if (difference <= tolerance) return;
  throw new PruneError(
    'VERIFY_FAILED',
    `The losses in ${where} differ by up to ${difference.toPrecision(3)} nats from those of the original without what ` +
      `is dropped (at most ${tolerance} is rounding). The file was removed: it would not be the model that was measured.`,
  );
}

async function checkSpace(writes: readonly PlannedWrite[], target: string): Promise<void> {
  const { bavail, bsize } = await statfs(path.dirname(path.resolve(target)));
  const needed = writes.reduce((sum, { plan }) => sum + plan.fileBytes, 0);
  const free = bavail * bsize;
  if (free >= needed) return;
  throw new PruneError(
    'OUTPUT',
    `The disk is too full: ${escapeUnsafe(target)} needs ${formatBytes(needed)}, ${formatBytes(free)} are free.`,
  );
}

/** What was written, for the report. */
export function describeOutput(
  { model, companions, adapter }: PlannedOutput,
  checks: ChecksReport,
): OutputReport {
  const { plan, target } = model;
  const parts = plan.files.map(({ fileBytes }, index) => ({
    file: namePart(target, index, plan.files.length),
    bytes: fileBytes,
  }));
  return {
    file: namePart(target, 0, plan.files.length),
    bytes: plan.fileBytes,
    parts,
    blocks: plan.standing.length,
    checks,
    companions: [
      ...companions.map(describeCompanion),
      ...(adapter === undefined
        ? []
        : [{ kind: 'lora' as const, source: null, file: adapter.target, bytes: adapter.plan.fileBytes }]),
    ],
  };
}

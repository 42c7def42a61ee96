import { averageValues, undefinedLoss } from '../../evaluate/index.js';
import { noDrop, type Drop } from '../../model/index.js';
import type { Model } from '../../native/index.js';
import { hashWindows } from '../../score/index.js';
import { countDrop, type DropFigures } from '../../select/index.js';
import { toBypass } from '../bypass.js';
import type { Journal } from '../journal.js';
import { reportProgress, type Run } from '../start.js';
import { nameDrop, type WindowDamage } from './damages.js';
import { openRunJournal } from './openJudge.js';
import type { KeepOptions } from './options.js';

/** What a drop costs; NaN where the model computes no usable output without what is dropped. */
export type DropCosts = Pick<DropFigures, 'perplexityIncrease' | 'kl'>;

export type MeasureCosts = (drop: Drop) => Promise<DropCosts>;

export interface CostOptions {
  readonly journal: Journal<WindowDamage>;
  /** Windows whose whole distributions are kept at once. */
  readonly slots: number;
  readonly signal?: AbortSignal | undefined;
  readonly onWindow?: ((drop: Drop, done: number, total: number) => void) | undefined;
}

/** Bytes of main memory for the whole model's distributions. */
const keptBytes = 2 ** 30;

/** Opens the measuring of what drops cost on the held-out windows. What is measured is kept as it comes. @throws PruneError OUTPUT */
export async function openCosts(run: Run, options: KeepOptions): Promise<MeasureCosts> {
  const { model, windows } = run;
  // of the windows that blocks are scored on they are independent
  const settings = { windows: hashWindows(windows.heldOut) };
  const journal = await openRunJournal<WindowDamage>(run, 'cost', settings, options);
  return createCostMeter(model, windows.heldOut, {
    journal,
    slots: countDistributions(model, windows.heldOut),
    signal: run.options.signal,
    onWindow: (drop, done, total) => {
      reportProgress(run.options, 'evaluate', `without ${countDrop(drop)}`)(done, total);
    },
  });
}

/** Measures what drops cost, over the whole vocabulary, with what is dropped bypassed in the loaded model. */
export function createCostMeter(
  model: Pick<Model, 'description' | 'runWindow'>,
  windows: readonly Int32Array[],
  { journal, slots, signal, onWindow }: CostOptions,
): MeasureCosts {
  const kept = new Map<number, number>();
  // the first windows stay; those that there is no room for take turns in the last slot
  const findSlot = (window: number) => Math.min(window, slots - 1);
  const identify = (window: number, drop: Drop) => `${window} ${nameDrop(drop)}`;
  const runWindow = (window: number, drop: Drop, distribution: 'keep' | 'compare') =>
    model.runWindow(
      {
        tokens: windows[window] ?? new Int32Array(),
        losses: true,
        ...toBypass(model.description, drop),
        distribution,
        slot: findSlot(window),
      },
      { signal },
    );

  /** Runs the whole model, which drops are compared with, unless its distributions are there. */
  const keepWhole = async (window: number) => {
    if (kept.get(findSlot(window)) === window) return;
    kept.delete(findSlot(window));
    const loss = averageValues([(await runWindow(window, noDrop, 'keep')).losses]).mean;
    if (!Number.isFinite(loss)) throw undefinedLoss();
    kept.set(findSlot(window), window);
    journal.add(identify(window, noDrop), { loss, divergence: 0 });
  };

  const measureWindow = async (window: number, drop: Drop) => {
    const whole = journal.get(identify(window, noDrop));
    if (whole !== undefined && journal.get(identify(window, drop)) !== undefined) return;
    await keepWhole(window);
    const result = await runWindow(window, drop, 'compare');
    const [loss, divergence] = [result.losses, result.divergences].map(
      (values) => averageValues([values]).mean,
    );
    const isFinite = Number.isFinite(loss) && Number.isFinite(divergence);
    const damage = isFinite ? { loss: loss ?? null, divergence: divergence ?? null } : undefinedDamage;
    journal.add(identify(window, drop), damage, isFinite);
  };

  const average = (drop: Drop): DropCosts => {
    let [tokens, growth, divergence] = [0, 0, 0];
    windows.forEach(({ length }, window) => {
      const scored = length - 1;
      const found = journal.get(identify(window, drop));
      tokens += scored;
      growth += scored * ((found?.loss ?? NaN) - (journal.get(identify(window, noDrop))?.loss ?? NaN));
      divergence += scored * (found?.divergence ?? NaN);
    });
    return { perplexityIncrease: Math.expm1(growth / tokens), kl: divergence / tokens };
  };

  return async (drop) => {
    onWindow?.(drop, 0, windows.length);
    for (const window of windows.keys()) {
      await measureWindow(window, drop);
      onWindow?.(drop, window + 1, windows.length);
    }
    await journal.flush();
    return average(drop);
  };
}

const undefinedDamage: WindowDamage = { loss: null, divergence: null };

/** How many windows there is room for to keep the whole model's distributions of, one at least. */
function countDistributions({ facts }: Pick<Model, 'facts'>, windows: readonly Int32Array[]): number {
  const longest = windows.reduce((most, { length }) => Math.max(most, length), 2);
  const bytes = 4 * facts.vocabulary * (longest - 1);
  return Math.max(1, Math.min(windows.length, Math.floor(keptBytes / bytes)));
}

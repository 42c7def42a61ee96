import {
  healingDefaults,
  planHealing,
  type HealingName,
  type HealingStep,
  type HealingWindows,
} from '../../heal/index.js';
import type { Drop } from '../../model/index.js';
import type { Model, RunRequest } from '../../native/index.js';
import type { HealingStepReport } from '../../report/index.js';
import type { Repairs } from '../../rewrite/index.js';
import { toBypass } from '../bypass.js';
import { canBeginAbove } from '../search/reuse.js';
import { reportProgress, type Run } from '../start.js';
import { chooseFit, type TriedFit } from './chooseFit.js';
import { createCourse } from './course.js';
import { measureDivergence, type References } from './damage.js';
import { fitStep, putWeight, type FittedWeight } from './fit.js';
import { numberStreams } from './streams.js';
import { findFittedWeight } from './weights.js';

/** What healing in closed form makes, and what it did. */
export interface ClosedForm {
  readonly repairs: Repairs;
  /** The methods whose repairs are kept. */
  readonly methods: readonly HealingName[];
  /** On held-out windows, with all that is kept. */
  readonly divergence: number;
  readonly steps: readonly HealingStepReport[];
}

/** What is healed, and how far the model is from the original without anything healed. */
export interface Unhealed {
  readonly drop: Drop;
  readonly text: HealingWindows;
  /** Of the held-out windows, whose streams come after those that are fitted to. */
  readonly references: References;
  readonly divergence: number;
}

/**
 * Heals a drop by fits, one after the other. A repair is kept only if the divergence from the original, on windows that
 * nothing was fitted to, is less with it.
 * @returns a reason where there is nothing to heal, or it cannot be done
 * @throws PruneError NATIVE_FAILED, CANCELLED
 */
export async function healInClosedForm(
  run: Run,
  { drop, text, references, divergence: unhealed }: Unhealed,
  methods: readonly HealingName[],
  type: number | undefined,
): Promise<ClosedForm | string> {
  const { model } = run;
  const { signal } = run.options;
  const fitting = numberStreams(text.fitting, 0);
  const heldOut = [...references.keys()];
  const bypass = toBypass(model.description, drop);
  const steps = planHealing(methods, model.description.trunk, bypass.bypass, drop.droppedAttention);
  const obstacle = steps.length === 0 ? explainNoSteps(methods) : await explainStreams(model, text, signal);
  if (obstacle !== undefined) return obstacle;
  const report = reportProgress(run.options, 'heal');
  report(0, steps.length);

  const patched = new Set<number>();
  const course = createCourse(model, [...fitting, ...heldOut], bypass, patched, signal);
  let divergence = unhealed;
  const kept: { readonly step: HealingStep; readonly weight: FittedWeight; readonly bytes: Uint8Array }[] =
    [];
  const done: HealingStepReport[] = [];
  const begun = performance.now();
  const healStep = async (step: HealingStep): Promise<Tried> => {
    const weight = findFittedWeight(model, step, type);
    if (typeof weight === 'string') return describeSkipped(step, weight);
    await course.goTo(step);
    const healed = course.describeBlock(step.block);
    const ridges = healingDefaults.ridges[step.kind];
    const fits = await fitStep(model, step, weight, { fitting, heldOut }, healed, ridges, signal);
    if (typeof fits === 'string') return describeSkipped(step, fits);
    const { leastGain } = healingDefaults;
    const tried = await chooseFit(fits, divergence, leastGain, async ({ bytes }) => {
      await putWeight(model, step.block, weight, bytes);
      return measureDivergence(model, references, bypass, step.block, signal);
    });
    const described = describeTried(step, tried, divergence);
    if (tried.divergence === null || !described.kept) {
      await putWeight(model, step.block, weight, null);
      return described;
    }
    kept.push({ step, weight, bytes: tried.fit.bytes });
    if (step.kind === 'patch') patched.add(step.block);
    divergence = tried.divergence;
    return described;
  };
  try {
    for (const [index, step] of steps.entries()) {
      const tried = await healStep(step);
      done.push({ ...tried, seconds: (performance.now() - begun) / 1000 });
      report(index + 1, steps.length);
    }
    await model.forgetStreams();
  } catch (error) {
    // a process that was ended has none to forget, and must not hide why
    await model.forgetStreams().catch(() => undefined);
    throw error;
  }
  const keptKinds = new Set(kept.map(({ step }) => step.kind));
  return {
    methods: methods.filter((name) => keptKinds.has(name === 'patch' ? 'patch' : 'refit')),
    repairs: {
      refitted: kept.flatMap(({ step, weight: { name, type }, bytes }) =>
        step.kind === 'refit' ? [{ name, type, bytes }] : [],
      ),
      patches: kept.flatMap(({ step: { kind, block }, weight: { type }, bytes }) =>
        kind === 'patch' ? [{ block, type, bytes }] : [],
      ),
    },
    divergence,
    steps: done,
  };
}

function explainNoSteps(methods: readonly HealingName[]): string {
  const names = methods.join(' and ');
  return methods.includes('reconstruct')
    ? `no block is left that ${names} could refit.`
    : `${names} mends gaps that a block comes before, and there is none. --heal reconstruct can.`;
}

/** Why blocks cannot be run one by one from the stream alone; undefined where they can. */
async function explainStreams(
  model: Model,
  { heldOut: [tokens] }: HealingWindows,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  if (tokens === undefined) throw new RangeError('no window judges the fits');
  const runFrom = async (request: Partial<RunRequest>) =>
    (await model.runWindow({ tokens, losses: true, ...request }, { signal })).losses;
  const whole = await runFrom({ keepInputs: true });
  const canBegin = await canBeginAbove(whole, model.description.trunk, (firstBlock) =>
    runFrom({ firstBlock }),
  );
  return canBegin ? undefined : `blocks of this model read more of those below than their output.`;
}

/** What became of a step, but for when. */
type Tried = Omit<HealingStepReport, 'seconds'>;

function describeTried(step: HealingStep, { fit, divergence }: TriedFit, before: number): Tried {
  return {
    kind: step.kind,
    block: step.block,
    kept: divergence !== null && divergence < before,
    skipped: null,
    fit: {
      ridge: fit.ridge,
      errorBefore: fit.before,
      errorAfter: fit.after,
      divergenceBefore: before,
      divergenceAfter: divergence,
    },
  };
}

function describeSkipped({ kind, block }: HealingStep, why: string): Tried {
  return { kind, block, kept: false, skipped: why, fit: null };
}

import { healingDefaults, planHealing, type HealingName, type HealingStep } from '../../heal/index.js';
import type { Drop } from '../../model/index.js';
import type { HealingReport, HealingStepReport } from '../../report/index.js';
import type { Repairs } from '../../rewrite/index.js';
import { toBypass } from '../bypass.js';
import type { KeepOptions } from '../search/options.js';
import { reportProgress, type Run } from '../start.js';
import { createCourse } from './course.js';
import { makeReferences, measureDivergence } from './damage.js';
import { chooseFit, type TriedFit } from './chooseFit.js';
import { fitStep, putWeight, type FittedWeight } from './fit.js';
import { readHealingText } from './healingText.js';
import type { HealingOptions } from './options.js';
import { numberStreams } from './streams.js';
import { findFittedWeight, findHealType } from './weights.js';

/** What healing makes, and what it did. */
export interface Healing {
  readonly repairs: Repairs;
  readonly report: HealingReport;
}

/**
 * Heals a drop in the loaded model: afterwards passes without what is dropped are those of the healed model. A repair is
 * kept only if the divergence from the original, on windows that nothing was fitted to, is less with it.
 * @throws PruneError USAGE, CALIBRATION, NATIVE_FAILED, CANCELLED
 */
export async function heal(
  run: Run,
  drop: Drop,
  methods: readonly HealingName[],
  options: HealingOptions & KeepOptions,
): Promise<Healing> {
  const { model } = run;
  const { signal } = run.options;
  const type = findHealType(options.healType);
  const text = await readHealingText(run, options);
  const fitting = numberStreams(text.fitting, 0);
  const heldOut = numberStreams(text.heldOut, fitting.length);
  const bypass = toBypass(model.description, drop);
  const steps = planHealing(methods, model.description.trunk, bypass.bypass, drop.droppedAttention);
  const report = reportProgress(run.options, 'heal');
  report(0, steps.length);

  const references = await makeReferences(model, heldOut, signal);
  const unhealed = await measureDivergence(model, references, bypass, 0, signal);
  const patched = new Set<number>();
  const course = createCourse(model, [...fitting, ...heldOut], bypass, patched, signal);
  let divergence = unhealed;
  const kept: { readonly step: HealingStep; readonly weight: FittedWeight; readonly bytes: Uint8Array }[] =
    [];
  const done: HealingStepReport[] = [];
  const healStep = async (step: HealingStep): Promise<HealingStepReport> => {
    const weight = findFittedWeight(model, step, type);
    if (typeof weight === 'string') return describeSkipped(step, weight);
    await course.goTo(step);
    const healed = course.describeBlock(step.block);
    const ridges = healingDefaults.ridges[step.kind];
    const fits = await fitStep(model, step, weight, { fitting, heldOut }, healed, ridges, signal);
    if (typeof fits === 'string') return describeSkipped(step, fits);
    const tried = await chooseFit(fits, divergence, async ({ bytes }) => {
      await putWeight(model, step.block, weight, bytes);
      return measureDivergence(model, references, bypass, step.block, signal);
    });
    const described = describeTried(step, tried, divergence);
    if (!described.kept) {
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
      done.push(await healStep(step));
      report(index + 1, steps.length);
    }
  } finally {
    await model.forgetStreams();
  }
  return {
    repairs: {
      refitted: kept.flatMap(({ step, weight: { name, type }, bytes }) =>
        step.kind === 'refit' ? [{ name, type, bytes }] : [],
      ),
      patches: kept.flatMap(({ step: { kind, block }, weight: { type }, bytes }) =>
        kind === 'patch' ? [{ block, type, bytes }] : [],
      ),
    },
    report: {
      methods: [...methods],
      text: text.label,
      fittedTokens: countTokens(text.fitting),
      heldOutTokens: countTokens(text.heldOut),
      divergenceBefore: unhealed,
      divergenceAfter: divergence,
      steps: done,
    },
  };
}

function describeTried(step: HealingStep, { fit, divergence }: TriedFit, before: number): HealingStepReport {
  return {
    kind: step.kind,
    block: step.block,
    kept: divergence < before,
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

function describeSkipped({ kind, block }: HealingStep, why: string): HealingStepReport {
  return { kind, block, kept: false, skipped: why, fit: null };
}

const countTokens = (windows: readonly Int32Array[]) => windows.reduce((sum, { length }) => sum + length, 0);

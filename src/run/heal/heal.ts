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
  const steps = planHealing(methods, model.description.trunk, bypass.bypass);
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
  try {
    for (const [index, step] of steps.entries()) {
      const weight = findFittedWeight(model, step, type);
      if (typeof weight === 'string') {
        done.push({ ...describeStep(step), kept: false, skipped: weight, fit: null });
      } else {
        await course.goTo(step);
        const healed = course.describeBlock(step.block);
        const ridges = healingDefaults.ridges[step.kind];
        const fits = await fitStep(model, step, weight, { fitting, heldOut }, healed, ridges, signal);
        const tried = await chooseFit(fits, divergence, async ({ bytes }) => {
          await putWeight(model, step.block, weight, bytes);
          return measureDivergence(model, references, bypass, step.block, signal);
        });
        const isBetter = tried.divergence < divergence;
        if (isBetter) kept.push({ step, weight, bytes: tried.fit.bytes });
        else await putWeight(model, step.block, weight, null);
        if (isBetter && step.kind === 'patch') patched.add(step.block);
        done.push(describeTried(step, tried, divergence));
        divergence = Math.min(divergence, tried.divergence);
      }
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
    ...describeStep(step),
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

function describeStep({ kind, block }: HealingStep): Pick<HealingStepReport, 'kind' | 'block'> {
  return { kind, block };
}

const countTokens = (windows: readonly Int32Array[]) => windows.reduce((sum, { length }) => sum + length, 0);

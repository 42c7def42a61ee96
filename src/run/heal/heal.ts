import { existsSync } from 'node:fs';
import { escapeUnsafe } from '../../gguf/index.js';
import { closedMethods, findTraining, type HealingName, type HealingWindows } from '../../heal/index.js';
import type { Drop } from '../../model/index.js';
import type { HealingReport, TrainingReport } from '../../report/index.js';
import { noRepairs, type Repairs } from '../../rewrite/index.js';
import { convertWeights } from '../../native/index.js';
import { countTokens } from '../../score/index.js';
import { toBypass } from '../bypass.js';
import { asResumable } from '../resumable.js';
import type { KeepOptions } from '../search/options.js';
import type { Run } from '../start.js';
import { healInClosedForm, type ClosedForm, type Unhealed } from './closedForm.js';
import { makeReferences, measureDivergence } from './damage.js';
import type { HealingOptions } from './options.js';
import { numberStreams } from './streams.js';
import { train, type Training } from './train.js';
import { findHealType, putRefitted, putRepairs } from './weights.js';

/** What healing makes, and what it did. */
export interface Healing {
  readonly repairs: Repairs;
  /** The methods whose repairs are kept. */
  readonly methods: readonly HealingName[];
  /** What was trained and is not in the repairs; undefined where it was not to be written by itself. */
  readonly adapter: Training['adapter'] | undefined;
  readonly report: HealingReport;
}

/**
 * Heals a drop in the loaded model: afterwards passes without what is dropped are those of the healed model. First what
 * can be had in closed form, then by training; whatever does not bring held-out windows nearer to the original is left.
 * What cannot be done is noted, and in the report.
 * @throws PruneError NATIVE_FAILED, CANCELLED
 */
export async function heal(
  started: Run,
  drop: Drop,
  methods: readonly HealingName[],
  text: HealingWindows,
  options: HealingOptions & KeepOptions,
): Promise<Healing> {
  const run = { ...started, model: convertWeights(started.model) };
  const { model } = run;
  const { signal, onEvent } = run.options;
  const type = findHealType(options.healType);
  const heldOut = numberStreams(text.heldOut, text.fitting.length);
  const references = await makeReferences(model, heldOut, signal);
  const bypass = toBypass(model.description, drop);
  const divergence = await measureDivergence(model, references, bypass, 0, signal);
  const unhealed: Unhealed = { drop, text, references, divergence };

  const refusals: string[] = [];
  const refuse = (what: string, why: string) => {
    const text = `${what}: ${why}`;
    refusals.push(text);
    onEvent?.({ kind: 'note', text });
  };
  const fitted = closedMethods(methods);
  const found = fitted.length === 0 ? undefined : await healInClosedForm(run, unhealed, fitted, type);
  if (typeof found === 'string') refuse('Nothing was healed in closed form', found);
  const closed: ClosedForm =
    found === undefined || typeof found === 'string'
      ? { repairs: noRepairs, methods: [], divergence, steps: [] }
      : found;

  const method = findTraining(methods);
  const trained =
    method === undefined
      ? undefined
      : await asResumable(options, () => train(run, unhealed, closed, { method, type }, options));
  if (typeof trained === 'string') refuse('Nothing was trained', trained);
  const training = typeof trained === 'string' ? undefined : trained;

  const isApart = options.adapter !== undefined;
  if (options.adapter !== undefined && training?.adapter === undefined) {
    const isThere = existsSync(options.adapter) ? ' What is there is older, and left as it is.' : '';
    const why = training === undefined ? 'nothing was trained.' : 'nothing was gained by it.';
    refuse(`No adapter is written to ${escapeUnsafe(options.adapter)}`, `${why}${isThere}`);
  }
  const kept =
    training === undefined || isApart ? undefined : await keepMerged(run, unhealed, closed, training);
  const after = isApart ? training?.report.divergenceTrained : kept?.divergence;
  return {
    methods: [...closed.methods, ...(kept?.isKept && method !== undefined ? [method] : [])],
    repairs: kept?.repairs ?? closed.repairs,
    adapter: isApart ? training?.adapter : undefined,
    report: {
      methods: [...methods],
      text: text.label,
      fittedTokens: countTokens(text.fitting),
      heldOutTokens: countTokens(text.heldOut),
      divergenceBefore: divergence,
      divergenceAfter: after ?? closed.divergence,
      steps: closed.steps,
      training: training === undefined ? null : describeTraining(training, kept),
      refusals,
    },
  };
}

interface Kept {
  readonly isKept: boolean;
  /** With what was trained, if that is kept. */
  readonly repairs: Repairs;
  /** With what was trained, had it been kept. */
  readonly tried: number;
  readonly divergence: number;
}

/** Puts what was trained into the model, and takes it out again where it gains nothing once it is quantised. */
async function keepMerged(
  { model, options: { signal } }: Run,
  { drop, references }: Unhealed,
  closed: ClosedForm,
  { merged }: Training,
): Promise<Kept> {
  const before = { repairs: closed.repairs, divergence: closed.divergence };
  if (merged === undefined) return { ...before, isKept: false, tried: closed.divergence };
  const bypass = toBypass(model.description, drop);
  await putRepairs(model, merged);
  const tried = await measureDivergence(model, references, bypass, 0, signal);
  if (tried < closed.divergence) {
    return { isKept: true, repairs: replaceRepairs(closed.repairs, merged), tried, divergence: tried };
  }
  await putRefitted(
    model,
    merged.refitted.map(({ name, type }) => ({ name, type, bytes: null })),
  );
  await putRepairs(model, closed.repairs);
  return { ...before, isKept: false, tried };
}

function replaceRepairs(before: Repairs, after: Repairs): Repairs {
  const names = new Set(after.refitted.map(({ name }) => name));
  const blocks = new Set(after.patches.map(({ block }) => block));
  return {
    refitted: [...before.refitted.filter(({ name }) => !names.has(name)), ...after.refitted],
    patches: [...before.patches.filter(({ block }) => !blocks.has(block)), ...after.patches],
  };
}

function describeTraining({ report, adapter }: Training, kept: Kept | undefined): TrainingReport {
  const isKept = kept === undefined ? adapter !== undefined : kept.isKept;
  return { ...report, divergenceMerged: kept?.tried ?? null, kept: isKept };
}

/** The main job: score, choose, write, check, evaluate. The only file that knows the order of the stages. */
import { PruneError } from './errors.js';
import type { Comparison } from './evaluate/index.js';
import { escapeUnsafe, fileLabel, readHeader, type Entry } from './gguf/index.js';
import { describeModel, findArchitecture, isEmptyDrop, noDrop, type Drop } from './model/index.js';
import type { EvaluationReport, OutputReport, RunReport } from './report/index.js';
import { planAdapter, planCompanion, planDrop, type DropPlan, type PlannedWrite } from './rewrite/index.js';
import { choose, settleAmount, type SettledAmount } from './run/chooseBlocks.js';
import { planCompanions, readCompanions } from './run/companions.js';
import { evaluateOutput, measureCost } from './run/evaluate.js';
import { checkHealingOf } from './run/heal/check.js';
import { heal, type Healing } from './run/heal/heal.js';
import { cutHealingText, findLongestWindow, readHealingSource } from './run/heal/healingText.js';
import { checkOriginal, type RecordedDrop } from './run/heal/recorded.js';
import { checkRunLimits, planRunLimits } from './run/limits.js';
import { describeMaking } from './run/making.js';
import { checkMetric } from './run/measure/check.js';
import { measureFor } from './run/measure/measure.js';
import type { PruneRequest, ScoreRequest } from './run/options.js';
import { planModel } from './run/planning.js';
import { buildReport } from './run/report.js';
import { checkSearch } from './run/search/check.js';
import { checkErrors, checkSettling, keepMeasured, noteSettled, settleWindows } from './run/settle.js';
import { startRun, type Run } from './run/start.js';
import { checkTargets, nameBeside, nameOutput } from './run/targets.js';
import { describeOutput, measureBypassed, writeChecked } from './run/write.js';
import { defaultMetric, findMetric } from './score/index.js';
import { checkPlanned, countDropped, defaultAmount, findLowest } from './select/index.js';

/**
 * Scores the blocks of a model; writes nothing.
 * @throws PruneError
 */
export async function scoreFile(request: ScoreRequest): Promise<RunReport> {
  const header = await readHeader(request.model);
  checkMetric(request.metric, describeModel(header).architecture, fileLabel(header.path));
  const metric = request.metric ?? defaultMetric;
  if (request.windows === 'auto') checkErrors(metric);
  const run = await startRun(header, request);
  try {
    announce(run, 'score');
    const { needs } = findMetric(metric);
    // an order that takes no account of the model is shown beside the scores of a pass
    const quarter = countDropped(defaultAmount, run.model.description.trunk);
    const isEnough = settleWindows(run, metric, ({ scores }) => findLowest(scores, quarter));
    const measured = await measureFor(run, needs ?? 'pass', request, { isEnough });
    noteSettled(run, measured, quarter, isEnough);
    return buildReport(keepMeasured(run, measured), 'score', {
      scored: { metric, measured },
      metric,
      ...noDrop,
    });
  } finally {
    await run.model.close();
  }
}

/**
 * Does the main job on one file.
 * @throws PruneError
 */
export async function pruneFile(request: PruneRequest): Promise<RunReport> {
  return pruneAgain(request, undefined);
}

/**
 * Does the main job on one file.
 * @param recorded what an earlier file says of the same drop, where it is done once more
 * @throws PruneError
 */
export async function pruneAgain(
  request: PruneRequest,
  recorded: RecordedDrop | undefined,
): Promise<RunReport> {
  const command = recorded === undefined ? 'prune' : 'heal';
  const header = await readHeader(request.model);
  const description = describeModel(header);
  const count = description.blocks.length;
  const amount = settleAmount(request.amount ?? defaultAmount, { header, description }, request);
  const nameTarget = (drop: Drop) => request.output ?? nameOutput(request.model, count, drop);

  // whatever can be refused is refused before any work
  const limits = planRunLimits(request);
  const methods = request.heal ?? [];
  checkHealingOf(header, methods, request);
  checkMetric(request.metric, description.architecture, fileLabel(header.path));
  checkSearch(request, description.architecture, fileLabel(header.path));
  checkSettling(request, request.amount ?? defaultAmount, description.architecture, fileLabel(header.path));
  const readGoingWith = (drop: Drop) =>
    readCompanions(request, { header, description }, (source) =>
      nameBeside(nameTarget(drop), nameOutput(source, count, drop)),
    );
  const rehearsal = planDrop(header, description, amount.rehearsed, [], request.splitMaxBytes);
  const rehearsed = await readGoingWith(amount.rehearsed);
  if ('named' in amount) for (const { companion } of rehearsed) planCompanion(companion, rehearsal, []);
  for (const shape of request.dryRun ? [] : listShapes(amount, request)) {
    await checkTargets(header, nameTarget(shape), await readGoingWith(shape), request, recorded?.path);
  }

  const source = methods.length === 0 ? undefined : await readHealingSource(request);
  const started = await startRun(header, request, source && findLongestWindow(source));
  try {
    if (recorded !== undefined) checkOriginal(recorded, header.path, started.hash.sha256);
    announce(started, command);
    const isHealed = source !== undefined && !request.dryRun;
    const healingText = isHealed ? await cutHealingText(started, source, request) : undefined;
    const chosen = await choose(started, request, amount);
    const run = keepMeasured(started, chosen.scored?.measured);
    const unhealed = planModel(run, chosen, chosen, { ...request, recorded });
    const choice = buildReport(run, command, chosen);
    request.onEvent?.({ kind: 'chosen', report: choice });
    if (request.dryRun) return choice;

    const target = nameTarget(chosen);
    const companions = await readGoingWith(chosen);
    await checkTargets(header, target, companions, request, recorded?.path);
    const isUntouched = isEmptyDrop(chosen);
    if (healingText !== undefined && isUntouched) noteNothingToHeal(request);
    const healing =
      healingText === undefined || isUntouched
        ? undefined
        : await heal(run, chosen, methods, healingText, request);
    const plan =
      healing === undefined ? unhealed : planModel(run, chosen, chosen, { ...request, recorded }, healing);
    if ('budget' in amount) checkPlanned(amount.budget, plan.fileBytes);
    const describe = describeMaking(run, chosen, chosen, healing?.methods, recorded);
    const planned = {
      model: { plan, target },
      companions: await planCompanions(companions, plan, describe, request.signal),
      adapter: planTrained(healing, plan, request.adapter, describe(header.path, run.hash.sha256)),
    };
    const cost = !isEmptyDrop(chosen) && isJudgeable(run) ? await measureCost(run, chosen) : undefined;
    const expected = await measureBypassed(run, chosen);
    const checks = await writeChecked(run, planned, expected, request.overwrite ?? false);
    const output = describeOutput(planned, checks);
    const evaluation = cost === undefined ? undefined : await evaluateWritten(run, output, cost);
    return buildReport(run, command, {
      ...chosen,
      recordedMethod: recorded?.method,
      healing: healing?.report,
      output,
      evaluation,
      limits: checkRunLimits(limits, evaluation),
    });
  } finally {
    await started.model.close();
  }
}

/**
 * Drops of as many blocks and attentions as may come out, by which targets are named; none where that is
 * settled later and no name is given.
 */
function listShapes(amount: SettledAmount, { output, settleAmount }: PruneRequest): readonly Drop[] {
  if ('shapes' in amount) return amount.shapes;
  const isOpen = 'budget' in amount || settleAmount !== undefined;
  return isOpen && output === undefined ? [] : [amount.rehearsed];
}

function noteNothingToHeal({ adapter, onEvent }: PruneRequest): void {
  const text = `Nothing was dropped, so that nothing is healed${adapter === undefined ? '' : ', and no adapter is written'}.`;
  onEvent?.({ kind: 'note', text });
}

/** The file of an adapter that was trained, where it is to be one. */
function planTrained(
  healing: Healing | undefined,
  plan: DropPlan,
  target: string | undefined,
  provenance: readonly Entry[],
): PlannedWrite | undefined {
  return healing?.adapter === undefined || target === undefined
    ? undefined
    : { plan: planAdapter(healing.adapter, plan, provenance), target };
}

/** Whether losses tell what a drop cost: not where a token sees those after it, and so the answer. */
function isJudgeable({ model, options }: Run): boolean {
  const { architecture } = model.description;
  const { causal } = findArchitecture(architecture, fileLabel(model.header.path));
  if (!causal) {
    const text =
      `Tokens of ${architecture} models see those after them, so that losses are no perplexity: what the drop costs ` +
      `is not measured. Try the result on texts of your own.`;
    options.onEvent?.({ kind: 'note', text });
  }
  return causal;
}

/** Evaluates; when that is cancelled, says that the file is there all the same. */
async function evaluateWritten(run: Run, output: OutputReport, cost: Comparison): Promise<EvaluationReport> {
  try {
    return await evaluateOutput(run, output, cost);
  } catch (error) {
    if (!run.options.signal?.aborted) throw error;
    const file = escapeUnsafe(output.file);
    throw new PruneError('CANCELLED', `Cancelled while evaluating; ${file} is written and checked.`, {
      cause: error,
    });
  }
}

function announce(run: Run, command: RunReport['command']): void {
  const report = buildReport(run, command, { metric: null, ...noDrop });
  run.options.onEvent?.({ kind: 'opened', report });
}

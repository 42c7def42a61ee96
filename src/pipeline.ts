/** The main job: score, choose, write, check, evaluate. The only file that knows the order of the stages. */
import { PruneError } from './errors.js';
import type { Comparison } from './evaluate/index.js';
import { escapeUnsafe, fileLabel, readHeader } from './gguf/index.js';
import { describeModel, findArchitecture } from './model/index.js';
import type { EvaluationReport, OutputReport, RunReport } from './report/index.js';
import { planCompanion, planDrop } from './rewrite/index.js';
import { checkNamed, chooseDroppable, rehearseChoice } from './run/choose.js';
import { planCompanions, readCompanions } from './run/companions.js';
import { evaluateOutput, measureCost } from './run/evaluate.js';
import { checkRunLimits, planRunLimits } from './run/limits.js';
import { describeMaking } from './run/making.js';
import type { PruneRequest, ScoreRequest } from './run/options.js';
import { buildReport, type Outcome } from './run/report.js';
import { asResumable } from './run/resumable.js';
import { checkSearch } from './run/search/check.js';
import { searchBlocks } from './run/search/searchBlocks.js';
import { reportProgress, startRun, type Run } from './run/start.js';
import { checkTargets, nameBeside, nameOutput } from './run/targets.js';
import { describeOutput, measureBypassed, writeChecked } from './run/write.js';
import { defaultMetric, findMetric, scoreWindows, type BlockScores } from './score/index.js';
import { checkDropped, countDropped, defaultAmount } from './select/index.js';

/**
 * Scores the blocks of a model; writes nothing.
 * @throws PruneError
 */
export async function scoreFile(request: ScoreRequest): Promise<RunReport> {
  const run = await startRun(await readHeader(request.model), request);
  try {
    announce(run, 'score');
    const scores = await scoreRun(run);
    return buildReport(run, 'score', { scores, metric: request.metric ?? defaultMetric, dropped: [] });
  } finally {
    await run.model.close();
  }
}

/**
 * Does the main job on one file.
 * @throws PruneError
 */
export async function pruneFile(request: PruneRequest): Promise<RunReport> {
  const header = await readHeader(request.model);
  const description = describeModel(header);
  const label = fileLabel(header.path);
  const count = description.blocks.length;
  const amount = request.amount ?? defaultAmount;
  const named = 'drop' in amount ? checkDropped(amount.drop, count, label) : undefined;
  const dropCount = 'drop' in amount ? (named?.length ?? 0) : countDropped(amount, description.trunk);
  const target = request.output ?? nameOutput(request.model, count, dropCount);

  // whatever can be refused is refused before any work
  const limits = planRunLimits(request);
  checkSearch(request, description.architecture, label);
  const companions = await readCompanions(request, { header, description }, (source) =>
    nameBeside(target, nameOutput(source, count, dropCount)),
  );
  const rehearsed = named ?? rehearseChoice({ header, description }, dropCount, request);
  if (named !== undefined) checkNamed({ header, description }, named, request);
  const { kept } = planDrop(header, description, rehearsed, [], request.splitMaxBytes);
  if (named !== undefined) for (const { companion } of companions) planCompanion(companion, kept, []);
  if (!request.dryRun) await checkTargets(header, target, companions, request);

  const run = await startRun(header, request);
  try {
    announce(run, 'prune');
    const chosen = await choose(run, request, named ?? dropCount);
    const { dropped } = chosen;
    const describe = describeMaking(run, chosen, dropped);
    const plan = planDrop(
      header,
      description,
      dropped,
      describe(header.path, run.hash.sha256),
      request.splitMaxBytes,
    );
    const choice = buildReport(run, 'prune', chosen);
    request.onEvent?.({ kind: 'chosen', report: choice });
    const planned = {
      model: { plan, target },
      companions: await planCompanions(companions, plan.kept, describe, request.signal),
    };
    if (request.dryRun) return choice;

    const cost = dropped.length > 0 && isJudgeable(run) ? await measureCost(run, dropped) : undefined;
    const expected = await measureBypassed(run, dropped);
    const checks = await writeChecked(run, planned, expected, request.overwrite ?? false);
    const output = describeOutput(planned, checks);
    const evaluation = cost === undefined ? undefined : await evaluateWritten(run, output, cost);
    return buildReport(run, 'prune', {
      ...chosen,
      output,
      evaluation,
      limits: checkRunLimits(limits, evaluation),
    });
  } finally {
    await run.model.close();
  }
}

/** What of a report a choice makes. */
type Choice = Pick<Outcome, 'scores' | 'metric' | 'dropped' | 'search'>;

/** Chooses the blocks to drop, so many or just these: as they were named, by a search, or by their scores. */
async function choose(run: Run, request: PruneRequest, amount: number | readonly number[]): Promise<Choice> {
  if (typeof amount !== 'number') return { scores: undefined, metric: null, dropped: amount };
  const metric = request.metric ?? defaultMetric;
  const scores = findMetric(metric).needsPass ? await scoreRun(run) : undefined;
  const ranked = findMetric(metric).score(run.model.description.trunk, scores);
  const dropped = chooseDroppable(run.model, ranked, amount, request);
  if (request.search === undefined || dropped.length === 0) return { scores, metric, dropped };
  const { search } = request;
  const found = await asResumable(() => searchBlocks(run, search, dropped, request));
  return { scores, metric: null, dropped: found.dropped, search: found.report };
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
  const report = buildReport(run, command, { scores: undefined, metric: null, dropped: [] });
  run.options.onEvent?.({ kind: 'opened', report });
}

function scoreRun({ model, windows, options }: Run): Promise<BlockScores> {
  return scoreWindows(model, windows.scoring, {
    signal: options.signal,
    onWindow: reportProgress(options, 'score'),
  });
}

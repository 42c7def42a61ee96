/** The main job: score, choose, write, check, evaluate. The only file that knows the order of the stages. */
import path from 'node:path';
import { PruneError } from './errors.js';
import type { LossResult } from './evaluate/index.js';
import { escapeUnsafe, fileLabel, readHeader } from './gguf/index.js';
import { checkDrop, describeModel, findConstraints } from './model/index.js';
import type { EvaluationReport, OutputReport, RunReport } from './report/index.js';
import { checkTarget, describeProvenance, planDrop } from './rewrite/index.js';
import { checkDroppable, chooseDroppable, type Choosable, type ChooseOptions } from './run/choose.js';
import { evaluateOutput, measureBaseline } from './run/evaluate.js';
import type { PruneRequest, ScoreRequest } from './run/options.js';
import { buildReport } from './run/report.js';
import { reportProgress, startRun, type Run } from './run/start.js';
import { measureBypassed, writeChecked } from './run/write.js';
import {
  defaultMetric,
  findMetric,
  hashWindows,
  scoreWindows,
  type BlockScores,
  type MetricName,
} from './score/index.js';
import { checkDropped, countDropped, defaultAmount } from './select/index.js';
import { toolVersion } from './version.js';

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
  if (named === undefined) checkDroppable({ header, description }, dropCount, request);
  else checkNamed({ header, description }, named, request);
  if (!request.dryRun) await checkTarget(request.model, target, request.overwrite ?? false);

  const run = await startRun(header, request);
  try {
    announce(run, 'prune');
    const metric = named === undefined ? (request.metric ?? defaultMetric) : null;
    const scores = metric !== null && findMetric(metric).needsPass ? await scoreRun(run) : undefined;
    const dropped =
      metric === null
        ? (named ?? [])
        : chooseDroppable(run.model, findMetric(metric).score(description.trunk, scores), dropCount, request);
    const plan = planDrop(header, description, dropped, provenance(run, metric, dropped));
    const chosen = { scores, metric, dropped };
    const choice = buildReport(run, 'prune', chosen);
    request.onEvent?.({ kind: 'chosen', report: choice });
    if (request.dryRun) return choice;

    const whole = dropped.length === 0 ? undefined : await measureBaseline(run);
    const expected = await measureBypassed(run, dropped);
    const checks = await writeChecked(run, plan, target, expected, request.overwrite ?? false);
    const output = { file: target, bytes: plan.fileBytes, blocks: plan.kept.length, checks };
    const evaluation = whole === undefined ? undefined : await evaluateWritten(run, output, whole);
    return buildReport(run, 'prune', { ...chosen, output, evaluation });
  } finally {
    await run.model.close();
  }
}

/** @throws PruneError DROP_REFUSED for blocks that cannot be dropped together */
function checkNamed(
  { header, description }: Choosable,
  named: readonly number[],
  options: ChooseOptions,
): void {
  const { architecture, blocks } = description;
  const isDropped = new Set(named);
  const kept = blocks.map(({ index }) => index).filter((index) => !isDropped.has(index));
  const constraints = findConstraints(header, architecture, blocks.length, options);
  checkDrop(constraints, kept, fileLabel(header.path));
  planDrop(header, description, named, []);
}

/** Evaluates; when that is cancelled, says that the file is there all the same. */
async function evaluateWritten(run: Run, output: OutputReport, whole: LossResult): Promise<EvaluationReport> {
  try {
    return await evaluateOutput(run, output, whole);
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

function provenance(run: Run, metric: MetricName | null, dropped: readonly number[]) {
  return describeProvenance({
    toolVersion,
    sourcePath: run.model.header.path,
    sourceHash: run.hash,
    sourceBlocks: run.model.description.blocks.length,
    method: metric ?? 'chosen by hand',
    calibrationHash:
      metric !== null && findMetric(metric).needsPass ? hashWindows(run.windows.scoring) : undefined,
    dropped,
  });
}

/** `model.gguf` with 3 of 30 blocks dropped becomes `model.pruned-27of30.gguf`, in the same folder. */
function nameOutput(model: string, count: number, dropped: number): string {
  const { dir, name } = path.parse(model);
  return path.join(dir, `${name}.pruned-${count - dropped}of${count}.gguf`);
}

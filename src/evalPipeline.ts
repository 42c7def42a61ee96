/** Evaluation of a model, alone or beside its original: text, tasks, generation, speed. Knows their order. */
import path from 'node:path';
import { readPrompts, textDefaults } from './evaluate/index.js';
import { readHeader } from './gguf/index.js';
import type { EvalReport, TaskReport } from './report/index.js';
import { findCacheFolder } from './run/cacheFolder.js';
import { checkContext, readText } from './run/evaluation/cutRequested.js';
import type { Evaluation } from './run/evaluation/evaluation.js';
import { evaluateGeneration } from './run/evaluation/generation.js';
import { checkLimits, planLimits } from './run/evaluation/limits.js';
import { openModels } from './run/evaluation/models.js';
import type { EvalRequest } from './run/evaluation/options.js';
import { evaluateSpeed } from './run/evaluation/speed.js';
import { evaluateTask, readTasks } from './run/evaluation/tasks.js';
import { evaluateText } from './run/evaluation/text.js';
import { describeBackend, describeFile, describeTool } from './run/report.js';
import { asResumable } from './run/resumable.js';

/**
 * Evaluates a model. What is measured is kept as it comes: the same request goes on where an earlier one was stopped.
 * @throws PruneError
 */
export async function evaluateFile(request: EvalRequest): Promise<EvalReport> {
  return asResumable(request, () => evaluate(request));
}

async function evaluate(request: EvalRequest): Promise<EvalReport> {
  const limits = planLimits(request);
  const tasks = await readTasks(request);
  const text = request.text === false ? undefined : (request.text ?? {});
  const generation = request.generation === false ? undefined : (request.generation ?? {});
  // what cannot be read, or run, is told before hours of work, and not after them
  const read = text && (await readText(text.file));
  const prompts = generation && (await readPrompts(generation.prompts));
  checkContext(await readHeader(request.model), text?.context);
  const models = await openModels(request, text?.context ?? textDefaults.context);
  const folder = path.join(request.cacheFolder ?? findCacheFolder(), 'eval');
  const evaluation: Evaluation = { options: request, models, folder };
  const { model, original } = models;
  let report: Omit<EvalReport, 'limits'> = {
    schema: 'prune-gguf/eval@1',
    invocation: request.invocation ?? null,
    tool: describeTool(),
    backend: describeBackend(model.model, request.exact),
    model: describeFile(model.model, model.hash),
    original: original === undefined ? null : describeFile(original.model, original.hash),
    text: null,
    tasks: [],
    generation: null,
    speed: null,
  };
  const add = (part: Partial<EvalReport>) => {
    report = { ...report, ...part };
    request.onEvent?.({ kind: 'evaluated', report: { ...report, limits: [] } });
  };
  add({});
  try {
    if (text !== undefined && read !== undefined) {
      add({ text: await evaluateText(evaluation, text, read) });
    }
    if (tasks.length > 0) {
      const answered: TaskReport[] = [];
      for (const [index, task] of tasks.entries()) {
        // all tasks are kept together: what the first one measured anew must stay
        const fresh = request.fresh === true && index === 0;
        answered.push(await evaluateTask({ ...evaluation, options: { ...request, fresh } }, task));
      }
      add({ tasks: answered });
    }
    if (generation !== undefined && prompts !== undefined) {
      add({ generation: await evaluateGeneration(evaluation, generation, prompts) });
    }
  } finally {
    await models.close();
  }
  if (request.speed !== false) {
    const bytes = [...(report.original === null ? [] : [report.original.bytes]), report.model.bytes];
    add({ speed: await evaluateSpeed(request, report.backend.gpu, bytes) });
  }
  return { ...report, limits: checkLimits(limits, report) };
}

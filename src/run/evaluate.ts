import {
  compareModels,
  compareSpeed,
  judgePerplexity,
  type Comparison,
  type LossResult,
  type SpeedMeasure,
} from '../evaluate/index.js';
import type { Drop } from '../model/index.js';
import type { Model } from '../native/index.js';
import type { EvaluationReport, MeasuredReport, OutputReport } from '../report/index.js';
import { toBypass } from './bypass.js';
import { measureRoom } from './memoryRoom.js';
import { writeSamples, type Sample } from './samples.js';
import { openForRun, reportProgress, type Run } from './start.js';

/** Tokens of the prompt that speed is measured with, if the context has as many. */
const promptTokens = 256;

/**
 * Measures what a drop costs on the held-out windows, bypassed in the loaded model: a written file is checked to have
 * the same losses.
 */
export async function measureCost({ model, windows, options }: Run, drop: Drop): Promise<Comparison> {
  const without = { model, ...toBypass(model.description, drop) };
  return compareModels({ model }, without, windows.heldOut, {
    signal: options.signal,
    onWindow: reportProgress(options, 'evaluate'),
  });
}

/** Times the written file beside its source, and lets both write. Closes the source's model where memory is short. */
export async function evaluateOutput(
  run: Run,
  output: OutputReport,
  { before, after, divergence }: Comparison,
): Promise<EvaluationReport> {
  const { model, options, windows } = run;
  const interleaved = model.header.fileBytes + output.bytes < measureRoom(model.backend);
  const prompt = (windows.heldOut[0] ?? new Int32Array()).subarray(
    0,
    Math.min(promptTokens, run.contextTokens / 2),
  );

  const alone = interleaved ? undefined : await observe([model], prompt, run);
  if (!interleaved) await model.close();
  const written = await openForRun(output.file, run.contextTokens, {
    ...options,
    mapped: model.mapped,
    onEvent: undefined,
  });
  try {
    const seen = await observe(interleaved ? [model, written] : [written], prompt, run);
    const timed = [...(alone?.timed ?? []), ...seen.timed];
    const [speedBefore, speedAfter] = timed as [SpeedMeasure, SpeedMeasure];
    return {
      heldOutTokens: before.tokens,
      before: describeMeasured(model.header.fileBytes, before, speedBefore),
      after: describeMeasured(output.bytes, after, speedAfter),
      divergence,
      promptTokens: speedAfter.promptTokens,
      generatedTokens: speedAfter.generatedTokens,
      interleaved,
      samples: seen.samples.map(({ prompt: asked, texts }, i) => {
        const [first = '', second = ''] = [...(alone?.samples[i]?.texts ?? []), ...texts];
        return { prompt: asked, before: first, after: second };
      }),
      verdict: judgePerplexity(before.perplexity, after.perplexity, model.facts.vocabulary),
    };
  } finally {
    await written.close();
  }
}

/** Of each model, in their order. */
interface Observed {
  readonly timed: readonly SpeedMeasure[];
  readonly samples: readonly Sample[];
}

async function observe(models: readonly Model[], prompt: Int32Array, run: Run): Promise<Observed> {
  return { timed: await timeModels(models, prompt, run), samples: await writeSamples(models, run) };
}

async function timeModels(
  models: readonly Model[],
  prompt: Int32Array,
  run: Run,
): Promise<readonly SpeedMeasure[]> {
  const generate = Math.min(32, run.contextTokens - prompt.length);
  return compareSpeed(models, prompt, {
    generate,
    signal: run.options.signal,
    onRound: reportProgress(run.options, 'time'),
  });
}

function describeMeasured(bytes: number, result: LossResult, speed: SpeedMeasure): MeasuredReport {
  return {
    bytes,
    perplexity: result.perplexity,
    loss: result.loss,
    lossError: result.lossError,
    prompt: speed.prompt,
    generation: speed.generation,
  };
}

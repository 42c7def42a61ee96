import { compareSpeed, speedDefaults, type SpeedMeasure } from '../../evaluate/index.js';
import { exceedsMemory, findDevices, openModel, type Model } from '../../native/index.js';
import type { SpeedFigures, SpeedReport } from '../../report/index.js';
import { readCalibration } from '../../score/index.js';
import { measureRoom } from '../memoryRoom.js';
import { pickPlacement } from '../placement.js';
import { reportProgress } from '../start.js';
import type { EvalRequest } from './options.js';

/** How many texts are processed side by side. */
const batches = [1, 4, 16] as const;
const mostTexts = Math.max(...batches);

/** Tokens of a text: a prompt, and what is written after it. */
const promptTokens = 128;
const generatedTokens = speedDefaults.generate;

/** Rounds by batch; a larger batch takes longer and varies less. */
const rounds = { 1: 5, 4: 3, 16: 3 } as const;

/**
 * Times the model and its original, each in a process of its own, the way stock llama.cpp runs them: each text in a part
 * of the context of its own.
 */
export async function evaluateSpeed(
  options: EvalRequest,
  backend: Model['backend'],
  bytes: readonly number[],
): Promise<SpeedReport> {
  const files = options.against === undefined ? [options.model] : [options.against, options.model];
  const interleaved = bytes.reduce((sum, size) => sum + size, 0) < measureRoom(backend);
  const figures: SpeedFigures[] = [];
  for (const together of interleaved ? [files] : files.map((file) => [file])) {
    figures.push(...(await timeTogether(together, options, bytes.slice(figures.length))));
  }
  const [first, second] = figures as [SpeedFigures, SpeedFigures?];
  return {
    promptTokens,
    generatedTokens,
    interleaved: interleaved && files.length > 1,
    before: second === undefined ? null : first,
    after: second ?? first,
  };
}

async function timeTogether(
  files: readonly string[],
  options: EvalRequest,
  bytes: readonly number[],
): Promise<readonly SpeedFigures[]> {
  const freeBefore = await measureFree(options);
  const models: Model[] = [];
  try {
    for (const file of files) {
      models.push(
        await openModel(file, {
          ...pickPlacement(options),
          mapped: exceedsMemory(Math.max(...bytes)),
          sequences: mostTexts,
          sharedCells: false,
          contextTokens: mostTexts * (promptTokens + generatedTokens),
        }),
      );
    }
    const prompt = await makePrompt(models[0]);
    const measured: (readonly SpeedMeasure[])[] = [];
    for (const texts of batches) {
      measured.push(
        await compareSpeed(models, prompt, {
          sequences: texts,
          generate: generatedTokens,
          rounds: rounds[texts],
          signal: options.signal,
          onRound: reportProgress(options, 'time', texts === 1 ? '1 text' : `${texts} texts`),
        }),
      );
    }
    const memories = await Promise.all(
      models.map((model) => model.measureMemory({ signal: options.signal })),
    );
    const isAlone = models.length === 1;
    return models.map((_, m) => {
      const speeds = measured.flatMap((batch) => batch[m] ?? []);
      const single = speeds[0]?.prompt ?? { median: NaN, lowest: NaN, highest: NaN };
      const free = memories[m]?.devices.reduce(
        (sum, { kind, memoryFree }) => sum + (kind === 'cpu' ? 0 : memoryFree),
        0,
      );
      return {
        bytes: bytes[m] ?? NaN,
        peakMemory: memories[m]?.peakBytes ?? NaN,
        deviceMemory:
          isAlone && freeBefore !== undefined && free !== undefined ? Math.max(0, freeBefore - free) : null,
        firstToken: {
          median: prompt.length / single.median,
          lowest: prompt.length / single.highest,
          highest: prompt.length / single.lowest,
        },
        batches: speeds.map(({ sequences, rounds: count, prompt: read, generation }) => ({
          texts: sequences,
          rounds: count,
          prompt: read,
          generation,
        })),
      };
    });
  } finally {
    for (const model of models) await model.close();
  }
}

/** Free memory of the devices that models may run on; undefined where there is none but the processor. */
async function measureFree({ gpu, rpc }: EvalRequest): Promise<number | undefined> {
  const devices = (await findDevices(gpu ?? 'auto', rpc)).filter(({ kind }) => kind !== 'cpu');
  return devices.length === 0 ? undefined : devices.reduce((sum, { memoryFree }) => sum + memoryFree, 0);
}

/** The beginning of the built-in text; which words they are makes no difference to the time. */
export async function makePrompt(model: Model | undefined): Promise<Int32Array> {
  const text = await readCalibration(undefined);
  if (model === undefined || text.kind !== 'text') return new Int32Array();
  return (await model.tokenize(text.text.slice(0, 40 * promptTokens))).slice(0, promptTokens);
}

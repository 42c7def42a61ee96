import path from 'node:path';
import { compareSpeed, speedDefaults, type SpeedMeasure } from '../../evaluate/index.js';
import { exceedsMemory, openModel, type Model } from '../../native/index.js';
import type { CompareSpeedReport } from '../../report/index.js';
import { applyPlan, verifyFile, type DropPlan } from '../../rewrite/index.js';
import { makePrompt } from '../evaluation/speed.js';
import { measureRoom } from '../memoryRoom.js';
import type { RunOptions } from '../options.js';
import { pickPlacement } from '../placement.js';
import { reportProgress } from '../start.js';
import { packGroups } from './packGroups.js';

/** A file that is timed; the first is the original. */
export interface TimedFile {
  readonly path: string;
  readonly bytes: number;
}

export interface Times {
  readonly measures: readonly SpeedMeasure[];
  readonly report: CompareSpeedReport;
}

/** Tokens of the prompt, and of what is written after it. */
const promptTokens = 128;
const generatedTokens = speedDefaults.generate;

/** Writes a pruned file to be timed, and removes nothing. */
export async function writeDropped(plan: DropPlan, folder: string, options: RunOptions): Promise<TimedFile> {
  const target = path.join(folder, `pruned-${plan.kept.length}.gguf`);
  await applyPlan(plan, target, {
    signal: options.signal,
    onProgress: reportProgress(options, 'write'),
    check: (partial) => verifyFile(plan, partial, options.signal),
  });
  return { path: target, bytes: plan.fileBytes };
}

/**
 * Times files the way stock llama.cpp runs them, each in a process of its own: all in turns, or in groups of as many as
 * there is memory for.
 * @returns one measure a file, in their order
 */
export async function timeFiles(
  files: readonly TimedFile[],
  backend: Model['backend'],
  options: RunOptions,
): Promise<Times> {
  const groups = packGroups(
    files.map(({ bytes }) => bytes),
    measureRoom(backend),
  );
  const measures: SpeedMeasure[] = [];
  for (const group of groups) {
    measures.push(
      ...(await timeGroup(
        group.flatMap((index) => files[index] ?? []),
        options,
      )),
    );
  }
  return {
    measures,
    report: { promptTokens, generatedTokens, interleaved: groups.length === 1 },
  };
}

async function timeGroup(files: readonly TimedFile[], options: RunOptions): Promise<readonly SpeedMeasure[]> {
  const mapped = exceedsMemory(Math.max(...files.map(({ bytes }) => bytes)));
  const models: Model[] = [];
  try {
    for (const file of files) {
      const contextTokens = promptTokens + generatedTokens;
      models.push(await openModel(file.path, { ...pickPlacement(options), mapped, contextTokens }));
    }
    return await compareSpeed(models, await makePrompt(models[0]), {
      generate: generatedTokens,
      // of all in turns, as long as two of them get otherwise
      seconds: (speedDefaults.seconds * Math.max(2, models.length)) / 2,
      signal: options.signal,
      onRound: reportProgress(options, 'time', files.length === 1 ? '' : `${files.length} files in turns`),
    });
  } finally {
    for (const model of models) await model.close();
  }
}

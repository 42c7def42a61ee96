import { parseBlockList, PruneError, type Amount, type RunOptions } from '../index.js';
import { cancelSignal } from './cancel.js';
import type { MeasureArgs, PruneArgs } from './options.js';

/** The options of a run from the arguments of a command. */
export function toRunOptions(args: MeasureArgs): RunOptions {
  checkCount('threads', args.threads, 1);
  checkCount('gpu-layers', args['gpu-layers'], 0);
  return {
    calibration: args.calibration,
    windows: args.windows,
    windowTokens: args['window-tokens'],
    exact: args.exact,
    gpu: args.gpu,
    gpuLayers: args['gpu-layers'],
    threads: args.threads,
    signal: cancelSignal,
  };
}

/** How much to drop; undefined when nothing was said. */
export function toAmount({
  ratio,
  blocks,
  drop,
}: Pick<PruneArgs, 'ratio' | 'blocks' | 'drop'>): Amount | undefined {
  const given = Object.entries({ ratio, blocks, drop }).filter(([, value]) => value !== undefined);
  if (given.length > 1) {
    const names = given.map(([name]) => `--${name}`).join(' and ');
    throw new PruneError(
      'USAGE',
      `${names} exclude each other: each says how much to drop. Give one of them.`,
    );
  }
  if (ratio !== undefined) return { ratio };
  if (blocks !== undefined) return { blocks };
  return drop === undefined ? undefined : { drop: parseBlockList(drop) };
}

function checkCount(name: string, value: number | undefined, least: number): void {
  if (value !== undefined && !(Number.isInteger(value) && value >= least)) {
    throw new PruneError('USAGE', `--${name} must be a whole number from ${least} on, not ${value}.`);
  }
}

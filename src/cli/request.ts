import { escapeUnsafe, parseBlockList, PruneError, type Amount, type RunOptions } from '../index.js';
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

const sizeUnits = { M: 1e6, G: 1e9 } as const;

/** A size as llama.cpp's tools take it, in bytes: `500M` or `2G`, of decimal units. */
export function toBytes(size: string | undefined): number | undefined {
  if (size === undefined) return undefined;
  const match = /^(\d{1,6}(?:\.\d{1,6})?)([MG])$/i.exec(size);
  const unit = match?.[2]?.toUpperCase() as keyof typeof sizeUnits | undefined;
  const bytes = unit === undefined ? 0 : Math.floor(Number(match?.[1]) * sizeUnits[unit]);
  if (bytes > 0) return bytes;
  throw new PruneError(
    'USAGE',
    `--split-max-size must be a number of megabytes or gigabytes such as 500M or 2G, not "${escapeUnsafe(size)}".`,
  );
}

function checkCount(name: string, value: number | undefined, least: number): void {
  if (value !== undefined && !(Number.isInteger(value) && value >= least)) {
    throw new PruneError('USAGE', `--${name} must be a whole number from ${least} on, not ${value}.`);
  }
}

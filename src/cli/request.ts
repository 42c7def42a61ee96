import {
  escapeUnsafe,
  parseBlockList,
  parseHealing,
  parseMatrixKinds,
  parseSources,
  PruneError,
  type Amount,
  type Budget,
  type CompareRequest,
  type EvalRequest,
  type HealingOptions,
  type RunOptions,
  type TaskSelection,
} from '../index.js';
import { cancelSignal, endEarlySignal } from './cancel.js';
import { describeInvocation } from './invocation.js';
import {
  budgetOptions,
  type CompareArgs,
  type EvalArgs,
  type HealingArgs,
  type MeasureArgs,
  type PruneArgs,
} from './options/index.js';

/** The options of a run from the arguments of a command. */
export function toRunOptions(args: Omit<MeasureArgs, 'metric'>): RunOptions {
  return {
    calibration: args.calibration,
    windows: args.windows,
    windowTokens: args['window-tokens'],
    exact: args.exact,
    ...toBackend(args),
  };
}

/** The request of an evaluation from the arguments of the command; models are yet to be found. */
export function toEvalRequest(args: EvalArgs): Omit<EvalRequest, 'model' | 'against'> {
  checkCount('windows', args.windows, 1);
  checkCount('limit', args.limit, 1);
  checkCount('shots', args.shots, 0);
  checkCount('generated-tokens', args['generated-tokens'], 1);
  checkCount('samples', args.samples, 0);
  return {
    text: args.perplexity && {
      file: args.text,
      context: args.context,
      stride: args.stride,
      windows: args.windows,
    },
    tasks: toTasks(args),
    generation: args.generation && {
      prompts: args.prompts,
      tokens: args['generated-tokens'],
      samples: args.samples,
    },
    speed: args.speed,
    failIf: args['fail-if'],
    fresh: args.fresh,
    exact: args.exact,
    ...toBackend(args),
  };
}

/** The request of a comparison from the arguments of the command; the model is yet to be found. */
export function toCompareRequest(args: CompareArgs): Omit<CompareRequest, 'model'> {
  checkCount('windows', args.windows, 1);
  const { text: file, context, windows } = args;
  return {
    sizes: args.sizes?.split(',').map((size) => parseBytes('--sizes', size.trim())),
    types: args.types.split(','),
    metric: args.metric,
    calibration: args.calibration,
    text: { file, context, windows },
    keep: args.keep,
    speed: args.speed,
    fresh: args.fresh,
    exact: args.exact,
    ...toBackend(args),
  };
}

function toTasks({ tasks, data, shots, limit }: EvalArgs): readonly TaskSelection[] {
  const findSource = parseSources(data ?? []);
  const names = (tasks ?? '').split(',').map((name) => name.trim());
  const named = [...new Set(names)].filter(Boolean);
  if (tasks !== undefined && named.length === 0) {
    throw new PruneError('USAGE', '--tasks names no task. Write some such as mmlu,hellaswag.');
  }
  if (tasks === undefined && data !== undefined) {
    throw new PruneError('USAGE', '--data says where questions are, but --tasks does not say which to ask.');
  }
  return named.map((task) => {
    const source = findSource(task);
    if (source !== undefined) return { task, source, shots, limit };
    throw new PruneError(
      'USAGE',
      `--tasks ${escapeUnsafe(task)} needs its data: --data FOLDER, --data ${escapeUnsafe(task)}=FILE, or --data hf: to fetch it.`,
    );
  });
}

/** How what a drop broke is healed. */
export function toHealing(args: HealingArgs): HealingOptions {
  return {
    heal: parseHealing(args.heal),
    healText: args['heal-text'],
    healTokens: args['heal-tokens'],
    healType: args['heal-type'],
    trainTokens: args['train-tokens'],
    trainBatch: args['train-batch'],
    trainRank: args['train-rank'],
    trainRate: args['train-rate'],
    trainLoss: args['train-loss'],
    trainStream: args['train-stream'],
    trainTensors: args['train-tensors'] === undefined ? undefined : parseMatrixKinds(args['train-tensors']),
    adapter: args.adapter,
    stopTraining: endEarlySignal,
  };
}

/** How much to drop; undefined when nothing was said. */
export function toAmount(
  args: Partial<Pick<PruneArgs, 'ratio' | 'blocks' | 'drop' | 'drop-attention' | keyof typeof budgetOptions>>,
): Amount | undefined {
  const { ratio, blocks, drop, 'drop-attention': dropAttention } = args;
  const budget = toBudget(args);
  const given = amountNames.filter((name) => args[name] !== undefined).map((name) => `--${name}`);
  const counted = given.filter((name) => !(name.slice(2) in budgetOptions));
  const isNamed = counted.every((name) => name.startsWith('--drop'));
  if ((counted.length > 1 && !isNamed) || (counted.length > 0 && budget !== undefined)) {
    throw new PruneError(
      'USAGE',
      `${given.join(' and ')} exclude each other: each says how much to drop. Give one of them.`,
    );
  }
  if (ratio !== undefined) return { ratio };
  if (blocks !== undefined) return { blocks };
  if (drop !== undefined || dropAttention !== undefined) {
    return {
      drop: drop === undefined ? [] : parseBlockList(drop),
      dropAttention: dropAttention === undefined ? undefined : parseBlockList(dropAttention),
    };
  }
  return budget && { budget };
}

const amountNames = [
  'ratio',
  'blocks',
  'drop',
  'drop-attention',
  ...(Object.keys(budgetOptions) as readonly (keyof typeof budgetOptions)[]),
] as const;

/** Bounds on what the drop reaches and costs; undefined when there are none. */
function toBudget(args: Partial<Pick<PruneArgs, keyof typeof budgetOptions>>): Budget | undefined {
  const { 'max-size': size, 'max-perplexity-increase': increase } = args;
  const budget = {
    maxBytes: size === undefined ? undefined : parseBytes('--max-size', size),
    minSpeedup: args['min-speedup'],
    maxPerplexityIncrease: increase === undefined ? undefined : parsePercent(increase),
    maxKl: args['max-kl'],
  };
  return Object.values(budget).some((bound) => bound !== undefined) ? budget : undefined;
}

function parsePercent(text: string): number {
  const match = /^(\d{1,6}(?:\.\d{1,6})?)\s*%$/.exec(text);
  if (match !== null) return Number(match[1]) / 100;
  throw new PruneError(
    'USAGE',
    `--max-perplexity-increase must be a number of per cent such as 15%, not "${escapeUnsafe(text)}".`,
  );
}

const sizeUnits = { M: 1e6, G: 1e9 } as const;

/** A size as llama.cpp's tools take it, in bytes: `500M` or `2G`, of decimal units. */
export function toBytes(size: string | undefined): number | undefined {
  return size === undefined ? undefined : parseBytes('--split-max-size', size);
}

function parseBytes(option: string, size: string): number {
  const match = /^(\d{1,6}(?:\.\d{1,6})?)([MG])B?$/i.exec(size);
  const unit = match?.[2]?.toUpperCase() as keyof typeof sizeUnits | undefined;
  const bytes = unit === undefined ? 0 : Math.floor(Number(match?.[1]) * sizeUnits[unit]);
  if (bytes > 0) return bytes;
  throw new PruneError(
    'USAGE',
    `${option} must be a number of megabytes or gigabytes such as 500M or 2G, not "${escapeUnsafe(size)}".`,
  );
}

/** Where a model runs, what stops it, and what the report says of how it was asked for. */
function toBackend(args: Pick<MeasureArgs, 'gpu' | 'gpu-layers' | 'rpc' | 'threads'>) {
  checkCount('threads', args.threads, 1);
  checkCount('gpu-layers', args['gpu-layers'], 0);
  return {
    gpu: args.gpu,
    gpuLayers: args['gpu-layers'],
    rpc: args.rpc?.split(','),
    threads: args.threads,
    signal: cancelSignal,
    invocation: describeInvocation(process.argv.slice(2)),
  };
}

function checkCount(name: string, value: number | undefined, least: number): void {
  if (value !== undefined && !(Number.isInteger(value) && value >= least)) {
    const given = Number.isNaN(value) ? '' : `, not ${value}`;
    throw new PruneError('USAGE', `--${name} must be a whole number from ${least} on${given}.`);
  }
}

import type { InferredOptionTypes, Options, PositionalOptions } from 'yargs';
import { defaultMetric, gpuChoices, metricNames, windowDefaults } from '../index.js';

/** The model that every command works on. */
export const modelPositional = {
  type: 'string',
  demandOption: true,
  describe: 'A .gguf file, hf:user/repo:quant, or a URL',
} as const satisfies PositionalOptions;

/** Options by group, declared once and shared by the commands. */
export const measureOptions = {
  metric: {
    requiresArg: true,
    choices: metricNames,
    default: defaultMetric,
    describe: 'What blocks are ranked by',
    group: 'Choosing:',
  },
  calibration: {
    requiresArg: true,
    type: 'string',
    normalize: true,
    describe:
      'Text to measure on: a .txt file, or a .json file with an array of arrays of token ids [default: built-in text]',
    group: 'Measuring:',
  },
  windows: {
    requiresArg: true,
    type: 'number',
    default: windowDefaults.windows,
    describe: 'Windows to score on',
    group: 'Measuring:',
  },
  'window-tokens': {
    requiresArg: true,
    type: 'number',
    describe: `Tokens of a window [default: ${windowDefaults.windowTokens}, or the model's context if that is less]`,
    group: 'Measuring:',
  },
  exact: {
    type: 'boolean',
    default: false,
    describe: 'Multiply with dequantised weights: the same scores on every machine, slower on some',
    group: 'Measuring:',
  },
} as const satisfies Record<string, Options>;

export const backendOptions = {
  gpu: {
    requiresArg: true,
    choices: gpuChoices,
    default: 'auto',
    describe: 'Where the model runs',
    group: 'Running:',
  },
  'gpu-layers': {
    requiresArg: true,
    type: 'number',
    describe: 'Blocks to put on the GPU [default: all]',
    group: 'Running:',
  },
  threads: {
    requiresArg: true,
    type: 'number',
    describe: 'Processor threads [default: one a core]',
    group: 'Running:',
  },
} as const satisfies Record<string, Options>;

export const outputOptions = {
  json: {
    type: 'string',
    describe: 'Print the result as JSON instead; --json=FILE writes it to a file beside the usual output',
    group: 'Output:',
  },
  quiet: {
    alias: 'q',
    type: 'boolean',
    default: false,
    describe: 'No progress, no tables',
    group: 'Output:',
  },
} as const satisfies Record<string, Options>;

/** An option that may be given several times, each time with one file. */
const files = {
  requiresArg: true,
  type: 'string',
  array: true,
  group: 'Companions:',
} as const satisfies Options;

const companionOptions = {
  imatrix: { ...files, describe: 'Importance matrix (GGUF) to prune beside the model; may be repeated' },
  lora: { ...files, describe: 'LoRA adapter (GGUF) to prune beside the model; may be repeated' },
  'control-vector': {
    ...files,
    describe: 'Control vector (GGUF) to prune beside the model; may be repeated',
  },
} as const satisfies Record<string, Options>;

/** The options that may be given several times, by all their names. */
export const repeatableOptions: ReadonlySet<string> = new Set([
  ...Object.keys(companionOptions),
  'controlVector',
]);

export const pruneOptions = {
  output: {
    requiresArg: true,
    alias: 'o',
    type: 'string',
    normalize: true,
    describe: 'File to write [default: beside the model]',
    group: 'Output:',
  },
  overwrite: {
    type: 'boolean',
    default: false,
    describe: 'Replace the output if it exists',
    group: 'Output:',
  },
  'split-max-size': {
    requiresArg: true,
    type: 'string',
    describe: 'Write files of at most this size, e.g. 500M or 2G [default: one file]',
    group: 'Output:',
  },
  portable: {
    type: 'boolean',
    default: false,
    describe: 'Drop only what older runtimes, which know patterns of blocks by their period, read the same',
    group: 'Choosing:',
  },
  'dry-run': {
    type: 'boolean',
    default: false,
    describe: 'Choose and show, write nothing',
    group: 'Output:',
  },
  ratio: {
    requiresArg: true,
    type: 'number',
    describe: 'Share of the blocks to drop [default: 0.25]',
    group: 'Choosing:',
  },
  blocks: { requiresArg: true, type: 'number', describe: 'Number of blocks to drop', group: 'Choosing:' },
  drop: {
    requiresArg: true,
    type: 'string',
    describe: 'Exactly which blocks to drop, e.g. 21-29,31',
    group: 'Choosing:',
  },
  ...companionOptions,
} as const satisfies Record<string, Options>;

/** The names of all commands, to suggest one for a mistyped one. */
export const commandNames: readonly string[] = ['prune', 'score', 'inspect'];

/** The names of all options, to suggest one for a mistyped one. */
export const optionNames: readonly string[] = [
  ...Object.keys({ ...measureOptions, ...backendOptions, ...outputOptions, ...pruneOptions }),
  'help',
  'version',
  'debug',
];

export type MeasureArgs = InferredOptionTypes<
  typeof measureOptions & typeof backendOptions & typeof outputOptions
>;
export type PruneArgs = MeasureArgs & InferredOptionTypes<typeof pruneOptions>;

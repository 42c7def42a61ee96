import type { InferredOptionTypes, Options, PositionalOptions } from 'yargs';
import {
  defaultMetric,
  defaultSearch,
  gpuChoices,
  judgeMeasures,
  metricNames,
  searchDefaults,
  searchNames,
  tasks,
  unitNames,
  usualTypes,
  windowDefaults,
} from '../index.js';

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
    describe: `What blocks are ranked by [default: ${defaultMetric}]`,
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
  'data',
]);

/** A limit that decides the exit code. */
const failIf = {
  'fail-if': {
    requiresArg: true,
    type: 'string',
    describe: 'End with exit code 3 if a limit is broken, e.g. "kld>0.1,ppl>+15%,mmlu<-3"',
    group: 'Judging:',
  },
} as const satisfies Record<string, Options>;

export const evalOptions = {
  against: {
    requiresArg: true,
    type: 'string',
    describe: 'The original: a file, hf:user/repo:quant, or a URL',
    group: 'Judging:',
  },
  ...failIf,
  text: {
    requiresArg: true,
    type: 'string',
    normalize: true,
    describe: 'Text file for the perplexity [default: built-in text]',
    group: 'Text:',
  },
  context: {
    requiresArg: true,
    type: 'number',
    describe: "Tokens of a window [default: 512, or the model's context if that is less]",
    group: 'Text:',
  },
  stride: {
    requiresArg: true,
    type: 'number',
    describe: 'Slide the window by so many tokens [default: windows as llama-perplexity cuts them]',
    group: 'Text:',
  },
  windows: {
    requiresArg: true,
    type: 'number',
    describe: 'The most windows [default: all of your text, 16 of the built-in one]',
    group: 'Text:',
  },
  perplexity: { type: 'boolean', default: true, describe: 'Measure on a text', group: 'Text:' },
  tasks: {
    requiresArg: true,
    type: 'string',
    describe: `Questions to ask, with commas between: ${tasks.map(({ name }) => name).join(', ')}, or names of your own`,
    group: 'Tasks:',
  },
  data: {
    requiresArg: true,
    type: 'string',
    array: true,
    describe: 'Where they are: a folder, task=PATH, hf: or task=hf:owner/name/file; may be repeated',
    group: 'Tasks:',
  },
  shots: {
    requiresArg: true,
    type: 'number',
    describe: "Examples before each question [default: the task's own: 0, GSM8K 5]",
    group: 'Tasks:',
  },
  limit: {
    requiresArg: true,
    type: 'number',
    describe: 'The most questions of a task, evenly spaced over all [default: all]',
    group: 'Tasks:',
  },
  generation: { type: 'boolean', default: true, describe: 'Let it write', group: 'Generation:' },
  prompts: {
    requiresArg: true,
    type: 'string',
    normalize: true,
    describe: 'File of prompts [default: built-in]',
    group: 'Generation:',
  },
  'generated-tokens': {
    requiresArg: true,
    type: 'number',
    default: 96,
    describe: 'The most tokens of a text',
    group: 'Generation:',
  },
  samples: {
    requiresArg: true,
    type: 'number',
    default: 1,
    describe: 'Sampled texts a prompt, beside the greedy one',
    group: 'Generation:',
  },
  speed: { type: 'boolean', default: true, describe: 'Measure time and memory', group: 'Speed:' },
  fresh: {
    type: 'boolean',
    default: false,
    describe: 'Measure anew what an earlier run has measured',
    group: 'Running:',
  },
  exact: measureOptions.exact,
} as const satisfies Record<string, Options>;

export const compareOptions = {
  sizes: {
    requiresArg: true,
    type: 'string',
    describe: 'Sizes to compare at, e.g. 90M,80M [default: that of each plain quantisation]',
    group: 'Comparing:',
  },
  types: {
    requiresArg: true,
    type: 'string',
    default: usualTypes.join(','),
    describe: 'Plain quantisations to make, with commas between',
    group: 'Comparing:',
  },
  keep: {
    requiresArg: true,
    type: 'string',
    normalize: true,
    describe: 'Folder to keep the quantised files in [default: they are removed]',
    group: 'Comparing:',
  },
  metric: measureOptions.metric,
  calibration: { ...measureOptions.calibration, group: 'Choosing:' },
  text: evalOptions.text,
  context: evalOptions.context,
  windows: evalOptions.windows,
  exact: measureOptions.exact,
  speed: { ...evalOptions.speed, describe: 'Measure time' },
  fresh: evalOptions.fresh,
} as const satisfies Record<string, Options>;

/** Bounds that the number of blocks follows from. */
export const budgetOptions = {
  'max-size': {
    requiresArg: true,
    type: 'string',
    describe: 'Drop as many blocks as it takes for a file of at most this size, e.g. 90M or 3.5G',
    group: 'Choosing:',
  },
  'min-speedup': {
    requiresArg: true,
    type: 'number',
    describe: 'Drop as many as it takes to generate so many times as fast, e.g. 1.3',
    group: 'Choosing:',
  },
  'max-perplexity-increase': {
    requiresArg: true,
    type: 'string',
    describe: 'Drop no more than raises the perplexity of held-out text by this, e.g. 15%',
    group: 'Choosing:',
  },
  'max-kl': {
    requiresArg: true,
    type: 'number',
    describe: 'Drop no more than takes the mean divergence on held-out text to this, in nats, e.g. 0.2',
    group: 'Choosing:',
  },
} as const satisfies Record<string, Options>;

const searchOptions = {
  search: {
    requiresArg: true,
    choices: searchNames,
    describe: `How blocks are searched for by measured damage [default: ${defaultSearch}; none, but the lowest scores, with --metric]`,
    group: 'Choosing:',
  },
  unit: {
    requiresArg: true,
    choices: unitNames,
    default: searchDefaults.unit,
    describe: 'What a search drops, one at a time: blocks, attention alone (Llama-like models), or either',
    group: 'Choosing:',
  },
  judge: {
    requiresArg: true,
    choices: judgeMeasures,
    default: searchDefaults.judge,
    describe: 'What a search measures damage by',
    group: 'Choosing:',
  },
  seed: {
    requiresArg: true,
    type: 'number',
    default: searchDefaults.seed,
    describe: 'Seed of a search that draws (evolutionary)',
    group: 'Choosing:',
  },
} as const satisfies Record<string, Options>;

export const scoreOptions = { fresh: evalOptions.fresh } as const satisfies Record<string, Options>;

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
  'drop-attention': {
    requiresArg: true,
    type: 'string',
    describe: 'Exactly which blocks lose their attention alone, e.g. 13,25; with or without --drop',
    group: 'Choosing:',
  },
  ...budgetOptions,
  ...searchOptions,
  ...scoreOptions,
  ...failIf,
  ...companionOptions,
} as const satisfies Record<string, Options>;

/** The names of all commands, to suggest one for a mistyped one. */
export const commandNames: readonly string[] = [
  'prune',
  'score',
  'eval',
  'compare',
  'inspect',
  'architectures',
];

/** The names of all options, to suggest one for a mistyped one. */
export const optionNames: readonly string[] = [
  // of names that are equally near the first is suggested
  'help',
  'version',
  'debug',
  ...Object.keys({
    ...measureOptions,
    ...backendOptions,
    ...outputOptions,
    ...pruneOptions,
    ...evalOptions,
    ...compareOptions,
  }),
];

export type MeasureArgs = InferredOptionTypes<
  typeof measureOptions & typeof backendOptions & typeof outputOptions
>;
export type ScoreArgs = MeasureArgs & InferredOptionTypes<typeof scoreOptions>;
export type PruneArgs = MeasureArgs & InferredOptionTypes<typeof pruneOptions>;
export type EvalArgs = InferredOptionTypes<typeof evalOptions & typeof backendOptions & typeof outputOptions>;
export type CompareArgs = InferredOptionTypes<
  typeof compareOptions & typeof backendOptions & typeof outputOptions
>;

import type { InferredOptionTypes, Options, PositionalOptions } from 'yargs';
import { gpuChoices, metricNames, windowDefaults } from '../../index.js';

/** The model that every command works on. */
export const modelPositional = {
  type: 'string',
  demandOption: true,
  describe: 'A .gguf file, hf:user/repo:quant, or a URL',
} as const satisfies PositionalOptions;

/** What is measured on. */
export const textOptions = {
  calibration: {
    requiresArg: true,
    type: 'string',
    describe:
      'Text to measure on: a .txt file, a .json file with an array of arrays of token ids, or self:24000, text of so many tokens that the model writes [default: built-in text]',
    group: 'Measuring:',
  },
  windows: {
    requiresArg: true,
    type: 'string',
    coerce: (given: string): number | 'auto' => (given === 'auto' ? given : Number(given)),
    describe: `Windows to score on, spread evenly; auto: until the choice by a --metric is settled, ${windowDefaults.most} at most [default: ${windowDefaults.windows} of a text, all that a .json file has or the model writes]`,
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

/** What blocks are ranked by instead of searching for them. */
export const metricOption = {
  requiresArg: true,
  choices: metricNames,
  describe: 'What blocks are ranked by [default: none, they are searched for]',
  group: 'Choosing:',
} as const satisfies Options;

/** What blocks are scored by, and on what. */
export const measureOptions = { metric: metricOption, ...textOptions } as const satisfies Record<
  string,
  Options
>;

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
    describe: 'Blocks to put on GPUs and other machines [default: all]',
    group: 'Running:',
  },
  rpc: {
    requiresArg: true,
    type: 'string',
    describe:
      "Other machines that take a share of the blocks, as host:port of llama.cpp's rpc-server, with commas between",
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

/** The page of commands that only measure. */
export const pageOption = {
  report: {
    requiresArg: true,
    type: 'string',
    describe: 'HTML page to write with all that was found [default: none]',
    group: 'Output:',
  },
} as const satisfies Record<string, Options>;

/** That of commands that write a model. */
export const pageBesideOption = {
  report: {
    ...pageOption.report,
    describe: 'HTML page to write with all that was found; --no-report for none [default: beside the output]',
  },
} as const satisfies Record<string, Options>;

/** A limit that decides the exit code. */
export const failIf = {
  'fail-if': {
    requiresArg: true,
    type: 'string',
    describe: 'End with exit code 3 if a limit is broken, e.g. "kld>0.1,ppl>+15%,mmlu<-3"',
    group: 'Judging:',
  },
} as const satisfies Record<string, Options>;

export type MeasureArgs = InferredOptionTypes<
  typeof measureOptions & typeof backendOptions & typeof outputOptions
>;

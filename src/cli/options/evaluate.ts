import type { InferredOptionTypes, Options } from 'yargs';
import { tasks } from '../../index.js';
import {
  failIf,
  measureOptions,
  type backendOptions,
  type outputOptions,
  type pageOption,
} from './shared.js';

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

export type EvalArgs = InferredOptionTypes<
  typeof evalOptions & typeof backendOptions & typeof outputOptions & typeof pageOption
>;

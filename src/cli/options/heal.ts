import type { InferredOptionTypes, Options } from 'yargs';
import {
  healingDefaults,
  healingMethods,
  healingNames,
  matrixKinds,
  trainingDefaults,
  trainingLosses,
} from '../../index.js';
import { keepOptions } from './score.js';
import {
  failIf,
  type backendOptions,
  type outputOptions,
  type pageBesideOption,
  type textOptions,
} from './shared.js';
import { writingOptions } from './writing.js';

/** What healing is fitted to, and how it is written. */
export const fittingOptions = {
  'heal-text': {
    requiresArg: true,
    type: 'string',
    describe:
      'What to fit repairs to: a text file, a .json file of token ids, or self:24000, text of so many tokens that the model writes [default: all of the calibration]',
    group: 'Healing:',
  },
  'heal-tokens': {
    requiresArg: true,
    type: 'number',
    describe: `Tokens of that text to use, spread evenly over it, 1024 or more [default: ${healingDefaults.tokens}; all that the model writes, if nothing is trained]`,
    group: 'Healing:',
  },
  'heal-type': {
    requiresArg: true,
    type: 'string',
    describe:
      'Type of refitted and trained matrices, and of maps, e.g. Q8_0 [default: the one that a matrix has; Q8_0]',
    group: 'Healing:',
  },
  'train-tokens': {
    requiresArg: true,
    type: 'number',
    describe: `Tokens that lora or full train on, those that come again counted again [default: ${trainingDefaults.tokens}]`,
    group: 'Healing:',
  },
  'train-batch': {
    requiresArg: true,
    type: 'number',
    describe: `Windows of that text whose gradients are added up for a step [default: ${trainingDefaults.batch}]`,
    group: 'Healing:',
  },
  'train-rank': {
    requiresArg: true,
    type: 'number',
    describe: `Rank of what lora adds to each matrix [default: ${trainingDefaults.rank}]`,
    group: 'Healing:',
  },
  'train-rate': {
    requiresArg: true,
    type: 'number',
    describe: `Highest learning rate of lora and full; full takes a tenth of it for matrices [default: ${trainingDefaults.rate}]`,
    group: 'Healing:',
  },
  'train-loss': {
    requiresArg: true,
    choices: trainingLosses,
    describe: `What lora and full train on: the divergence from the original, or the loss of the text itself [default: ${trainingDefaults.loss}]`,
    group: 'Healing:',
  },
  'train-stream': {
    requiresArg: true,
    type: 'number',
    describe: `How much the distance of residual streams from the original's counts beside the loss; above 0 each window takes another pass [default: ${trainingDefaults.stream}]`,
    group: 'Healing:',
  },
  'train-tensors': {
    requiresArg: true,
    type: 'string',
    describe: `Matrices of each block that are trained, of ${matrixKinds.join(', ')} [default: all by lora; ${trainingDefaults.kinds.full.join(',')} by full]`,
    group: 'Healing:',
  },
  adapter: {
    requiresArg: true,
    type: 'string',
    describe: 'Write what lora trains to this file, for --lora of llama.cpp, instead of into the model',
    group: 'Healing:',
  },
} as const satisfies Record<string, Options>;

const methodDescription = `${healingNames.map((name) => `${name} (${healingMethods[name].title})`).join('; ')}; or several with commas between, of linear, reconstruct and patch not linear with another`;

export const healingOptions = {
  heal: {
    requiresArg: true,
    type: 'string',
    default: 'none',
    describe: `How what the drop broke is healed: none; ${methodDescription}`,
    group: 'Healing:',
  },
  ...fittingOptions,
} as const satisfies Record<string, Options>;

export type HealingArgs = InferredOptionTypes<typeof healingOptions>;

export const healOptions = {
  from: {
    requiresArg: true,
    demandOption: true,
    type: 'string',
    describe: 'The original that the model was made from: a file, hf:user/repo:quant, or a URL',
    group: 'Healing:',
  },
  heal: {
    ...healingOptions.heal,
    default: 'reconstruct',
    describe: `How it is healed: ${methodDescription}`,
  },
  ...fittingOptions,
  ...writingOptions,
  ...keepOptions,
  ...failIf,
} as const satisfies Record<string, Options>;

export type HealArgs = InferredOptionTypes<
  typeof healOptions &
    typeof textOptions &
    typeof backendOptions &
    typeof outputOptions &
    typeof pageBesideOption
>;

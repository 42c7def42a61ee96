import { companionOptions } from './companions.js';
import { compareOptions } from './compare.js';
import { evalOptions } from './evaluate.js';
import { healOptions } from './heal.js';
import { pruneOptions } from './prune.js';
import { backendOptions, measureOptions, outputOptions, pageOption } from './shared.js';

/** The options, and arguments, that may be given several times, by all their names. */
export const repeatableOptions: ReadonlySet<string> = new Set([
  ...Object.keys(companionOptions),
  'controlVector',
  'data',
  'files',
]);

/** The names of all commands, to suggest one for a mistyped one. */
export const commandNames: readonly string[] = [
  'prune',
  'score',
  'heal',
  'eval',
  'compare',
  'report',
  'inspect',
  'architectures',
  'doctor',
  'completion',
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
    ...pageOption,
    ...pruneOptions,
    ...healOptions,
    ...evalOptions,
    ...compareOptions,
  }),
];

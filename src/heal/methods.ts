import { PruneError } from '../errors.js';
import { quoteName } from '../gguf/index.js';

/** A way to mend what a drop broke. */
export interface HealingMethod {
  /** In one line, for `--help`. */
  readonly title: string;
  /** Whether it is fitted in closed form; otherwise by training, after those that are. */
  readonly isClosed: boolean;
}

/** All methods of healing by the name that `--heal` and the reports use. */
export const healingMethods = {
  linear: {
    title: 'the block before each gap takes over a linear map of its own output (ReplaceMe)',
    isClosed: true,
  },
  reconstruct: {
    title: 'each block from the first gap on is refitted to the stream of the original',
    isClosed: true,
  },
  patch: {
    title: 'a linear map of the normed stream stands for each gap; Llama-like models',
    isClosed: true,
  },
  lora: {
    title: 'low-rank changes of all matrices are trained towards the answers of the original',
    isClosed: false,
  },
  full: {
    title: 'matrices are trained as they are, which takes more memory',
    isClosed: false,
  },
} as const satisfies Readonly<Record<string, HealingMethod>>;

export type HealingName = keyof typeof healingMethods;

export const healingNames = Object.keys(healingMethods) as readonly HealingName[];

/** The methods that train. */
export type TrainingName = {
  [Name in HealingName]: (typeof healingMethods)[Name]['isClosed'] extends false ? Name : never;
}[HealingName];

/** The one of some methods that trains. */
export function findTraining(names: readonly HealingName[]): TrainingName | undefined {
  return names.find((name): name is TrainingName => !healingMethods[name].isClosed);
}

/** Those of some methods that are fitted in closed form. */
export function closedMethods(names: readonly HealingName[]): readonly HealingName[] {
  return names.filter((name) => healingMethods[name].isClosed);
}

/**
 * Reads what `--heal` was given: `none`, or names with commas between.
 * @throws PruneError USAGE for others, and for methods that exclude each other
 */
export function parseHealing(text: string): readonly HealingName[] {
  if (text.trim() === 'none') return [];
  const given = text.split(',').map((name) => name.trim());
  const names = healingNames.filter((name) => given.includes(name));
  const unknown = given.find((name) => !healingNames.some((known) => known === name));
  if (unknown !== undefined) {
    throw new PruneError(
      'USAGE',
      `--heal ${quoteName(unknown)} is no method of healing: none, ${healingNames.join(', ')} are, or several with ` +
        `commas between.`,
    );
  }
  checkHealing(names);
  return names;
}

/** @throws PruneError USAGE for methods that exclude each other */
export function checkHealing(names: readonly HealingName[]): void {
  if (names.includes('lora') && names.includes('full')) {
    throw new PruneError(
      'USAGE',
      `Healing by lora excludes full: both train the same matrices, lora a low-rank change of them.`,
    );
  }
  if (names.includes('linear') && closedMethods(names).length > 1) {
    throw new PruneError(
      'USAGE',
      `Healing by linear excludes reconstruct and patch: reconstruct refits the same matrices, and patch fills the same gaps.`,
    );
  }
}

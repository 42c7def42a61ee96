import { PruneError } from '../errors.js';
import { quoteName } from '../gguf/index.js';

/** A repair in closed form of what a drop broke. */
export interface HealingMethod {
  /** In one line, for `--help`. */
  readonly title: string;
}

/** All methods of healing by the name that `--heal` and the reports use. */
export const healingMethods = {
  linear: {
    title: 'the block before each gap takes over a linear map of its own output (ReplaceMe)',
  },
  reconstruct: {
    title: 'each block from the first gap on is refitted to the stream of the original',
  },
  patch: {
    title: 'a linear map of the normed stream stands for each gap; Llama-like models',
  },
} as const satisfies Readonly<Record<string, HealingMethod>>;

export type HealingName = keyof typeof healingMethods;

export const healingNames = Object.keys(healingMethods) as readonly HealingName[];

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
  if (names.includes('linear') && names.length > 1) {
    throw new PruneError(
      'USAGE',
      `Healing by linear excludes other methods: reconstruct refits the same matrices, and patch fills the same gaps.`,
    );
  }
}

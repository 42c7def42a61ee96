import type { TextMeasures } from './types.js';

/** What a text may suffer from; null where that cannot be told. */
export const signs = {
  loops: ({ loop }: TextMeasures) => loop !== null,
  drifts: ({ drifted }: TextMeasures) => drifted,
  unrecognised: ({ recognised }: TextMeasures) => (recognised === null ? null : !recognised),
  earlyStops: ({ stoppedEarly }: TextMeasures) => stoppedEarly,
} as const;

/** Measures that a mean is taken of; null where a text is too short for them. */
export const meanMeasures = [
  'tokens',
  'repetition',
  'distinct1',
  'distinct2',
  'distinct3',
  'foreignLetters',
] as const;

export type Sign = keyof typeof signs;
export type MeanMeasure = (typeof meanMeasures)[number];

/** How many of the texts for which it can be told. */
export interface Count {
  readonly count: number;
  readonly of: number;
}

export interface GenerationSummary {
  readonly texts: number;
  /** Mean over the texts that have the measure; null where none has. */
  readonly means: Readonly<Record<MeanMeasure, number | null>>;
  readonly counts: Readonly<Record<Sign, Count>>;
  /** Texts with at least one of the signs. */
  readonly troubled: number;
  /** Texts that the model ended by itself. */
  readonly ended: number;
}

export interface GroupedSummary extends GenerationSummary {
  readonly byKind: Readonly<Record<string, GenerationSummary>>;
  readonly byLanguage: Readonly<Record<string, GenerationSummary>>;
}

/** The name of the group of texts whose prompt's language is not known. */
export const unknownLanguage = 'unknown';

/** Sums texts up, all of them and by the kind and the language of their prompts. */
export function summariseTexts(texts: readonly TextMeasures[]): GroupedSummary {
  return {
    ...summariseGroup(texts),
    byKind: mapGroups(texts, ({ kind }) => kind, summariseGroup),
    byLanguage: mapGroups(texts, ({ language }) => language ?? unknownLanguage, summariseGroup),
  };
}

function summariseGroup(texts: readonly TextMeasures[]): GenerationSummary {
  return {
    texts: texts.length,
    means: mapNames(meanMeasures, (name) => findMean(texts.map((text) => text[name]))),
    counts: mapNames(signNames, (sign) => {
      const told = texts.map(signs[sign]).filter((value) => value !== null);
      return { count: told.filter(Boolean).length, of: told.length };
    }),
    troubled: texts.filter(isTroubled).length,
    ended: texts.filter(({ ended }) => ended).length,
  };
}

export const signNames = Object.keys(signs) as readonly Sign[];

export function isTroubled(text: TextMeasures): boolean {
  return signNames.some((sign) => signs[sign](text) === true);
}

/** Mean of the values that there are; null where there is none. */
export function findMean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** Puts values into groups, in the order in which the groups first occur, and makes something of each. */
export function mapGroups<T, R>(
  values: readonly T[],
  findKey: (value: T) => string,
  make: (group: readonly T[]) => R,
): Readonly<Record<string, R>> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = findKey(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return Object.fromEntries([...groups].map(([key, group]) => [key, make(group)]));
}

export function mapNames<K extends string, R>(names: readonly K[], make: (name: K) => R): Record<K, R> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<K, R>;
}

import { judgeGeneration, type GenerationVerdict } from './judge.js';
import { pairTexts, type TextPair } from './pair.js';
import {
  findMean,
  isTroubled,
  mapGroups,
  mapNames,
  meanMeasures,
  signNames,
  signs,
  unknownLanguage,
  type MeanMeasure,
  type Sign,
} from './summary.js';
import type { TextMeasures } from './types.js';

/** Means over the pairs of which both texts have the measure. */
export interface MeanDifference {
  readonly original: number;
  readonly pruned: number;
  /** pruned − original. */
  readonly change: number;
  /** Standard error of the change over pairs; null where there is one pair. */
  readonly error: number | null;
  readonly pairs: number;
}

/** In how many texts of each model. What cannot be told of a text does not count for it. */
export interface CountDifference {
  readonly original: number;
  readonly pruned: number;
  /** Pairs of which the pruned model's text alone has it. */
  readonly gained: number;
  /** Pairs of which the original's text alone has it. */
  readonly lost: number;
  /** Pairs of which it can be told for one text at least. */
  readonly pairs: number;
}

export interface GroupDifference {
  readonly pairs: number;
  /** Null where no pair has the measure. */
  readonly means: Readonly<Record<MeanMeasure, MeanDifference | null>>;
  readonly counts: Readonly<Record<Sign, CountDifference>>;
  /** Texts with at least one of the signs. */
  readonly troubled: CountDifference;
  /** Texts that the model ended by itself. */
  readonly ended: CountDifference;
}

export interface GenerationComparison extends GroupDifference {
  readonly byKind: Readonly<Record<string, GroupDifference>>;
  readonly byLanguage: Readonly<Record<string, GroupDifference>>;
  readonly texts: readonly TextPair[];
  readonly verdict: GenerationVerdict;
}

/**
 * Sets the texts of two models side by side, each with the other's after the same prompt and of the same sample.
 * @throws PruneError DATA when a text has no partner, occurs twice or was allowed another length
 */
export function compareTexts(
  original: readonly TextMeasures[],
  pruned: readonly TextMeasures[],
): GenerationComparison {
  const texts = pairTexts(original, pruned);
  const all = compareGroup(texts);
  return {
    ...all,
    byKind: mapGroups(texts, (pair) => pair.original.kind, compareGroup),
    byLanguage: mapGroups(texts, (pair) => pair.original.language ?? unknownLanguage, compareGroup),
    texts,
    verdict: judgeGeneration(all),
  };
}

function compareGroup(texts: readonly TextPair[]): GroupDifference {
  return {
    pairs: texts.length,
    means: mapNames(meanMeasures, (name) => compareMeans(texts, name)),
    counts: mapNames(signNames, (sign) => compareCounts(texts, signs[sign])),
    troubled: compareCounts(texts, isTroubled),
    ended: compareCounts(texts, ({ ended }) => ended),
  };
}

function compareMeans(texts: readonly TextPair[], name: MeanMeasure): MeanDifference | null {
  const pairs = texts.flatMap((pair) => {
    const [before, after] = [pair.original[name], pair.pruned[name]];
    return before === null || after === null ? [] : [{ before, after, change: after - before }];
  });
  const original = findMean(pairs.map(({ before }) => before));
  const pruned = findMean(pairs.map(({ after }) => after));
  if (original === null || pruned === null) return null;
  const change = pruned - original;
  const squares = pairs.reduce((sum, pair) => sum + (pair.change - change) ** 2, 0);
  const error = pairs.length < 2 ? null : Math.sqrt(squares / (pairs.length - 1) / pairs.length);
  return { original, pruned, change, error, pairs: pairs.length };
}

function compareCounts(
  texts: readonly TextPair[],
  has: (text: TextMeasures) => boolean | null,
): CountDifference {
  const told = texts.map((pair) => ({ before: has(pair.original), after: has(pair.pruned) }));
  const count = (test: (pair: { before: boolean | null; after: boolean | null }) => boolean) =>
    told.filter(test).length;
  return {
    original: count(({ before }) => before === true),
    pruned: count(({ after }) => after === true),
    gained: count(({ before, after }) => after === true && before !== true),
    lost: count(({ before, after }) => before === true && after !== true),
    pairs: count(({ before, after }) => before !== null || after !== null),
  };
}

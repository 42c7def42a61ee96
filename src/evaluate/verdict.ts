/** How usable a pruned model is, from the increase of its perplexity on held-out text. */
export type Grade = 'same' | 'slight' | 'noticeable' | 'severe' | 'broken' | 'unknown';

export interface Verdict {
  readonly grade: Grade;
  /** One sentence in plain words. */
  readonly sentence: string;
}

/** A grade holds up to this ratio of perplexities, after ÷ before. Stated in docs/evaluation.md. */
export const gradeLimits: readonly (readonly [Grade, number])[] = [
  ['same', 1.02],
  ['slight', 1.1],
  ['noticeable', 1.5],
  ['severe', 3],
  ['broken', Infinity],
];

const sentences: Readonly<Record<Grade, string>> = {
  same: 'As good as the original on this text.',
  slight: 'Slightly worse than the original; most uses will not notice.',
  noticeable: 'Noticeably worse than the original, and usable where that matters little.',
  severe: 'Much worse than the original: texts it writes will go astray. Use it only after further training.',
  broken: 'Not usable: too much was lost with these blocks.',
  unknown:
    'No verdict: on this text the original itself is no better than chance, so that the figures tell nothing.',
};

/**
 * Judges by the perplexities before and after.
 * @param chance the perplexity of guessing, which is the size of the vocabulary
 */
export function judgePerplexity(before: number, after: number, chance = Infinity): Verdict {
  if (before >= chance) return { grade: 'unknown', sentence: sentences.unknown };
  const ratio = after / before;
  const grade = gradeLimits.find(([, limit]) => ratio <= limit)?.[0] ?? 'broken';
  return { grade, sentence: sentences[grade] };
}

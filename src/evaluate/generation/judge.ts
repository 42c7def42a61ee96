import type { CountDifference, GroupDifference } from './compare.js';
import { signNames, type Sign } from './summary.js';

/** How much worse a pruned model writes by itself than the original. */
export type GenerationGrade = 'same' | 'slight' | 'noticeable' | 'severe' | 'broken' | 'unknown';

export interface GenerationVerdict {
  readonly grade: GenerationGrade;
  /** One sentence in plain words. */
  readonly sentence: string;
}

/**
 * A grade holds up to both limits: by how much the share of texts with a sign rises, and by how much repetition does, both
 * 0 to 1. Stated in docs/generation.md.
 */
export const generationLimits: readonly (readonly [GenerationGrade, number, number])[] = [
  ['same', 0, 0.02],
  ['slight', 0.05, 0.05],
  ['noticeable', 0.15, 0.15],
  ['severe', 0.4, 0.35],
  ['broken', Infinity, Infinity],
];

/** Fewer pairs than this have no verdict better than "noticeable". */
export const leastPairs = 8;

/** The share of troubled texts of the original from which on no mild verdict is given. */
export const hopelessShare = 0.5;

const leads = {
  slight: 'Slightly worse than the original',
  noticeable: 'Noticeably worse than the original',
  severe: 'Much worse than the original',
  broken: 'Not usable for writing',
} as const;

const names: Readonly<Record<Sign, string>> = {
  loops: 'loops',
  drifts: 'another language',
  unrecognised: 'no recognisable language',
  earlyStops: 'an early stop',
};

/**
 * Judges by what rose against the original. No sign is set off against another: the one that rose most decides, or the
 * texts with any sign at all.
 */
export function judgeGeneration(group: GroupDifference): GenerationVerdict {
  const { pairs, counts, troubled, means } = group;
  if (pairs === 0) return { grade: 'unknown', sentence: 'No verdict: there are no texts to compare.' };
  const excess = Math.max(...[troubled, ...Object.values(counts)].map(findRise)) / pairs;
  const repetition = means.repetition?.change ?? 0;
  // what is no number must not pass for good
  const [grade] = generationLimits.find(([, share, rise]) => excess <= share && repetition <= rise) ?? [
    'broken',
  ];
  const isMild = grade === 'same' || grade === 'slight';
  if (isMild && pairs < leastPairs) {
    return {
      grade: 'unknown',
      sentence: `No verdict: ${pairs} ${pairs === 1 ? 'text is' : 'texts are'} too few, at least ${leastPairs} are needed.`,
    };
  }
  if (isMild && troubled.original > hopelessShare * pairs) {
    return {
      grade: 'unknown',
      sentence:
        `No verdict: ${troubled.original} of the original's own ${pairs} texts loop, break off or leave their ` +
        'language, so that little can get worse.',
    };
  }
  if (grade === 'same' || grade === 'unknown') {
    return {
      grade,
      sentence: `Nothing that is counted here got worse in ${pairs} texts; whether they make sense or are true is not counted.`,
    };
  }
  return { grade, sentence: `${leads[grade]}: ${listFindings(group).join(', ')}.` };
}

function findRise({ original, pruned }: CountDifference): number {
  return pruned - original;
}

/** What rose, the most risen first. */
function listFindings({ pairs, counts, means }: GroupDifference): readonly string[] {
  const risen = signNames
    .map((sign) => ({ sign, ...counts[sign] }))
    .filter((count) => findRise(count) > 0)
    .sort((a, b) => findRise(b) - findRise(a))
    .map(
      ({ sign, pruned, original }, i) =>
        `${names[sign]} in ${pruned}${i === 0 ? ` of ${pairs} texts` : ''} (original ${original})`,
    );
  const { repetition } = means;
  const [, , tolerated] = generationLimits[0] ?? ['same', 0, 0];
  if (repetition === null || repetition.change <= tolerated) return risen;
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
  return [
    ...risen,
    `${percent(repetition.pruned)} of what it writes are repeats (original ${percent(repetition.original)})`,
  ];
}

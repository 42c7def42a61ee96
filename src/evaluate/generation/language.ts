import type { DetectLanguage } from './detector.js';
import { measureForeignLetters, weighLetters } from './scripts.js';
import type { TextMeasures } from './types.js';

/** When a text counts as being in another language. Letters are weighed, see scripts.ts. */
export const languageLimits = {
  /** Letters of a piece that is judged by itself, so that a turn in the middle of a text is seen. */
  pieceLetters: 100,
  /** A shorter piece is not judged. */
  leastLetters: 40,
  /** How much higher another language must score than the prompt's, of 1. */
  margin: 0.05,
  /** A piece with this share of letters in foreign scripts is in another language. */
  foreignLetters: 0.5,
  /** Of the letters judged, the share in other languages from which on a text has drifted. */
  drift: 0.25,
  /** The share in any language at all below which a text is not recognised. */
  recognised: 0.5,
} as const;

export type LanguageJudgement = Pick<TextMeasures, 'detected' | 'drifted' | 'recognised'>;

const unjudged: LanguageJudgement = { detected: null, drifted: null, recognised: null };

/**
 * Compares the language of a text with the expected one, piece by piece. What a detection is not sure of is neither;
 * a text with too few letters is not judged. Blocks of code between fences are left out.
 */
export function judgeLanguage(text: string, expected: string, detect: DetectLanguage): LanguageJudgement {
  const pieces = cutPieces(text.replace(/```[\s\S]*?(?:```|$)/g, ' '))
    .map((piece) => ({ piece, weight: weighLetters(piece) }))
    .filter(({ weight }) => weight >= languageLimits.leastLetters);
  if (pieces.length === 0) return unjudged;

  const weights = new Map<string, number>();
  let total = 0;
  for (const { piece, weight } of pieces) {
    total += weight;
    const found = findLanguage(piece, expected, detect);
    if (found !== null) weights.set(found, (weights.get(found) ?? 0) + weight);
  }
  const known = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const [most] = [...weights].sort(([, a], [, b]) => b - a);
  return {
    detected: most?.[0] ?? null,
    drifted: known - (weights.get(expected) ?? 0) >= languageLimits.drift * total,
    recognised: known >= languageLimits.recognised * total,
  };
}

/** The language of a piece; null where it cannot be told, `other` where only the script is known. */
function findLanguage(piece: string, expected: string, detect: DetectLanguage): string | null {
  const { language, reliable, scores } = detect(piece);
  const isForeign = (measureForeignLetters(piece, expected) ?? 0) >= languageLimits.foreignLetters;
  if (isForeign) return reliable && language !== expected ? language : 'other';
  if (!reliable) return null;
  if (language === expected) return expected;
  const margin = (scores[language] ?? 0) - (scores[expected] ?? 0);
  return margin >= languageLimits.margin ? language : null;
}

/** Cuts between words, or between characters where there are no spaces. What is left at the end goes to the last piece. */
function cutPieces(text: string): readonly string[] {
  const pieces: string[] = [];
  let piece = '';
  let weight = 0;
  for (const word of text.match(/\s*\S{1,16}/gu) ?? []) {
    piece += word;
    weight += weighLetters(word);
    if (weight < languageLimits.pieceLetters) continue;
    pieces.push(piece);
    piece = '';
    weight = 0;
  }
  if (weight >= languageLimits.leastLetters || pieces.length === 0) return [...pieces, piece];
  return [...pieces.slice(0, -1), (pieces.at(-1) ?? '') + piece];
}

/** The scripts of the languages that can be detected, by their Unicode names. Latin is left out: see below. */
const ownScripts: Readonly<Record<string, readonly string[]>> = {
  am: ['Ethiopic'],
  ar: ['Arabic'],
  be: ['Cyrillic'],
  bg: ['Cyrillic'],
  bn: ['Bengali'],
  el: ['Greek'],
  fa: ['Arabic'],
  gu: ['Gujarati'],
  he: ['Hebrew'],
  hi: ['Devanagari'],
  hy: ['Armenian'],
  ja: ['Han', 'Hiragana', 'Katakana'],
  ka: ['Georgian'],
  kn: ['Kannada'],
  ko: ['Hangul'],
  ku: ['Arabic'],
  lo: ['Lao'],
  ml: ['Malayalam'],
  mr: ['Devanagari'],
  or: ['Oriya'],
  pa: ['Gurmukhi'],
  ru: ['Cyrillic'],
  sr: ['Cyrillic'],
  ta: ['Tamil'],
  te: ['Telugu'],
  th: ['Thai'],
  uk: ['Cyrillic'],
  ur: ['Arabic'],
  zh: ['Han'],
};

const latinLanguages =
  'az ca cs da de en es et eu fi fr hr hu is it lt lv ms nl no pl pt ro sk sl sq sv tl tr vi yo'.split(' ');

/** ISO 639-1 codes of the languages that a prompt may be in. */
export const languageCodes: readonly string[] = [...Object.keys(ownScripts), ...latinLanguages].sort();

/** Letters of a script, and not such as all scripts share. */
const letter = /(?!\p{Script=Common}|\p{Script=Inherited})\p{L}/u;
const dense = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** How much of a word a letter is: a Chinese, Japanese or Korean one says about as much as three of an alphabet. */
function weighLetter(character: string): number {
  return dense.test(character) ? 3 : 1;
}

/** The letters of a text, those of syllabic and word scripts counted three times. */
export function weighLetters(text: string): number {
  let weight = 0;
  for (const character of text) if (letter.test(character)) weight += weighLetter(character);
  return weight;
}

/**
 * Share of letters in scripts that a language is not written in, weighed as by {@link weighLetters}; 0 to 1. Latin letters
 * are never foreign: names and terms are written in them in every language. What turns to English is found by its
 * language. Digits, marks and symbols are no letters.
 *
 * @returns null where there is no letter
 */
export function measureForeignLetters(text: string, language: string): number | null {
  const own = ['Latin', ...(ownScripts[language] ?? [])].map((script) => `\\p{Script=${script}}`);
  const isOwn = new RegExp(`[${own.join('')}]`, 'u');
  let all = 0;
  let foreign = 0;
  for (const character of text) {
    if (!letter.test(character)) continue;
    const weight = weighLetter(character);
    all += weight;
    if (!isOwn.test(character)) foreign += weight;
  }
  return all === 0 ? null : foreign / all;
}

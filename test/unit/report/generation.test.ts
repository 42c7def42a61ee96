import fc from 'fast-check';
import stringWidth from 'string-width';
import { compareTexts } from '../../../src/evaluate/generation/index.js';
import {
  breakLines,
  cutText,
  renderExcerpts,
  renderGeneration,
  renderGenerationGroups,
} from '../../../src/report/index.js';
import { makeMeasures, makeTexts } from '../../fixtures/generation.js';

const loop = { from: 3, period: 4 };

describe('The table of generated texts', () => {
  it('compares both models', () => {
    const report = compareTexts(
      makeTexts(24, 1, { loop }),
      makeTexts(24, 9, { loop, repetition: 0.5, ended: false }),
    );
    expect(renderGeneration(report).split('\n')).toEqual([
      '                           original    model        change',
      ' texts                           24       24',
      ' tokens, mean                   100      100            ±0',
      ' ended by the model              24       15            −9',
      ' repeated 4-grams             0.0 %   18.8 %  +18.8 points',
      ' different tokens            60.0 %   60.0 %   ±0.0 points',
      ' different pairs             90.0 %   90.0 %   ±0.0 points',
      ' different triples          100.0 %  100.0 %   ±0.0 points',
      ' letters of other scripts     0.0 %    0.0 %   ±0.0 points',
      ' end in a loop                    1        9            +8',
      ' in another language              0        0            ±0',
      ' in no recognisable one           0        0            ±0',
      ' stopped early                    0        0            ±0',
      ' any of these four                1        9            +8',
    ]);
  });

  it('shows a dash for what cannot be told', () => {
    const texts = [makeMeasures({ repetition: null, drifted: null })];
    const table = renderGeneration(compareTexts(texts, texts));
    expect(table).toMatch(/repeated 4-grams +– +–$/m);
    expect(table).toMatch(/in another language +– +–$/m);
  });

  it('has a line a group', () => {
    const { byLanguage } = compareTexts(makeTexts(2), makeTexts(2, 1, { loop, repetition: 0.5 }));
    expect(renderGenerationGroups('language', byLanguage).split('\n')).toEqual([
      ' language  texts         repeats  loops  drifts  unknown  early',
      ' en            2  0.0 % → 25.0 %  0 → 1   0 → 0    0 → 0  0 → 0',
    ]);
  });

  it('does not let the name of a group drive the terminal', () => {
    const texts = [makeMeasures({ kind: '\u001b[2J' })];
    expect(renderGenerationGroups('kind', compareTexts(texts, texts).byKind)).toContain('\\u001b[2J');
  });
});

describe('Excerpts', () => {
  const excerpt = {
    promptId: 'story',
    sample: 0,
    prompt: 'Once upon',
    original: 'a time there\n\nwas a cat.',
    pruned: 'a a a a\u001b[31m',
    finding: 'loops from token 1',
  };

  it('stand side by side, line breaks marked and control characters escaped', () => {
    expect(renderExcerpts([excerpt], { width: 64 }).split('\n')).toEqual([
      ' story: Once upon',
      '   original                       model (loops from token 1)',
      '   ─────────────────────────────  ─────────────────────────────',
      '   a time there ↵ was a cat.      a a a a\\u001b[31m',
    ]);
  });

  it('stand one below the other on a narrow terminal', () => {
    expect(renderExcerpts([{ ...excerpt, finding: '', pruned: '' }], { width: 40 }).split('\n')).toEqual([
      ' story: Once upon',
      '   original:',
      '     a time there ↵ was a cat.',
      '   model:',
      '     (nothing)',
    ]);
  });

  it('are cut with a mark', () => {
    expect(renderExcerpts([excerpt], { width: 80, characters: 6 })).toContain('a time …');
    expect(cutText('👩‍👩‍👧x', 1)).toBe('👩‍👩‍👧 …');
    expect(cutText('ab', 2)).toBe('ab');
  });

  it('are never wider than the terminal, whatever the models wrote', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 400 }),
      fc.string({ unit: fc.constantFrom('漢', 'あ', 'a', ' ', '\n', '한', '。'), maxLength: 400 }),
    );
    fc.assert(
      fc.property(text, text, fc.integer({ min: 20, max: 130 }), (original, pruned, width) => {
        const shown = renderExcerpts([{ ...excerpt, original, pruned }], { width });
        for (const line of shown.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe('Broken lines', () => {
  it.each([
    ['one two three', 8, ['one two', 'three']],
    ['漢字漢字漢字', 5, ['漢字', '漢字', '漢字']],
    ['ab 漢字漢字', 6, ['ab 漢', '字漢字']],
    ['', 8, ['']],
  ])('of %j in %i places are %j', (text, width, expected) => {
    expect(breakLines(text, width)).toEqual(expected);
  });
});

import fc from 'fast-check';
import {
  chooseExcerpts,
  compareTexts,
  summariseTexts,
  type TextMeasures,
} from '../../../../src/evaluate/generation/index.js';
import { makeMeasures, makeTexts } from '../../../fixtures/generation.js';

const loop = { from: 3, period: 4 };
const looping: Partial<TextMeasures> = { loop };

describe('A summary', () => {
  it('has means of what can be told, and counts', () => {
    const { means, counts, troubled, ended, texts } = summariseTexts([
      makeMeasures({ repetition: 0.2, tokens: 10 }),
      makeMeasures({ repetition: 0.4, tokens: 30, loop, ended: false }),
      makeMeasures({
        repetition: null,
        drifted: null,
        recognised: null,
        foreignLetters: null,
        tokens: 2,
        stoppedEarly: true,
      }),
    ]);
    expect(texts).toBe(3);
    expect(means.tokens).toBe(14);
    expect(means.repetition).toBeCloseTo(0.3, 12);
    expect(means.foreignLetters).toBe(0);
    expect(counts).toEqual({
      loops: { count: 1, of: 3 },
      drifts: { count: 0, of: 2 },
      unrecognised: { count: 0, of: 2 },
      earlyStops: { count: 1, of: 3 },
    });
    expect([troubled, ended]).toEqual([2, 2]);
  });

  it('has no mean where no text has the measure', () => {
    expect(summariseTexts([makeMeasures({ repetition: null })]).means.repetition).toBeNull();
    expect(summariseTexts([]).means.tokens).toBeNull();
  });

  it('is given by kind and language, too', () => {
    const summary = summariseTexts([
      makeMeasures({ loop }),
      makeMeasures({ kind: 'code' }),
      makeMeasures({ language: null }),
    ]);
    expect(Object.keys(summary.byKind)).toEqual(['story', 'code']);
    expect(summary.byKind['story']?.texts).toBe(2);
    expect(summary.byLanguage['unknown']?.texts).toBe(1);
    expect(summary.byLanguage['en']?.counts.loops).toEqual({ count: 1, of: 2 });
  });
});

describe('A comparison', () => {
  it('pairs texts by prompt and sample, in any order', () => {
    const original = [makeMeasures({ tokens: 10 }), makeMeasures({ sample: 1, tokens: 20 })];
    const pruned = [makeMeasures({ sample: 1, tokens: 26 }), makeMeasures({ tokens: 12 })];
    const { means, texts } = compareTexts(original, pruned);
    expect(texts.map((pair) => pair.pruned.tokens)).toEqual([12, 26]);
    // changes 2 and 6: mean 4, standard deviation √8, error √8 ÷ √2
    expect(means.tokens).toMatchObject({ original: 15, pruned: 19, change: 4, pairs: 2 });
    expect(means.tokens?.error).toBeCloseTo(2, 12);
  });

  it('leaves pairs out of a mean that lack the measure in one text', () => {
    const original = makeTexts(2, 1, { repetition: 0.5 });
    const pruned = makeTexts(2, 1, { repetition: null });
    expect(compareTexts(original, pruned).means.repetition).toEqual({
      original: 0,
      pruned: 0,
      change: 0,
      error: null,
      pairs: 1,
    });
  });

  it('counts what is gained and lost, and a drift where the original could not be judged', () => {
    const original = [makeMeasures({ loop }), makeMeasures({ sample: 1, drifted: null })];
    const pruned = [makeMeasures(), makeMeasures({ sample: 1, loop, drifted: true })];
    const { counts } = compareTexts(original, pruned);
    expect(counts.loops).toEqual({ original: 1, pruned: 1, gained: 1, lost: 1, pairs: 2 });
    expect(counts.drifts).toEqual({ original: 0, pruned: 1, gained: 1, lost: 0, pairs: 2 });
  });

  it.each([
    [makeTexts(2), makeTexts(1), /The pruned model has no sample 0 after the prompt "prompt-1"/],
    [makeTexts(1), makeTexts(2), /The original has no sample 0 after the prompt "prompt-1"/],
    [[makeMeasures(), makeMeasures()], [makeMeasures()], /is there twice/],
    [[makeMeasures()], [makeMeasures({ limit: 64 })], /allowed 128 tokens and the pruned model 64/],
  ])('is refused where texts do not fit together (%#)', (original, pruned, message) => {
    expect(() => compareTexts(original, pruned)).toThrow(message);
  });
});

describe('The judgement of generated texts', () => {
  const judge = (original: readonly TextMeasures[], pruned: readonly TextMeasures[]) =>
    compareTexts(original, pruned).verdict;

  it.each([
    ['same', 0, 0],
    ['same', 5, 3],
    ['slight', 0, 1],
    ['noticeable', 0, 3],
    ['severe', 1, 9],
    ['broken', 1, 11],
  ])('is "%s" where loops go from %i to %i of 24', (grade, before, after) => {
    expect(judge(makeTexts(24, before, looping), makeTexts(24, after, looping)).grade).toBe(grade);
  });

  it('says what was found, the worst first', () => {
    const pruned = makeTexts(24, 9, looping).map((text, i) => (i > 20 ? { ...text, drifted: true } : text));
    expect(judge(makeTexts(24, 1, looping), pruned).sentence).toBe(
      'Not usable for writing: loops in 9 of 24 texts (original 1), another language in 3 (original 0).',
    );
  });

  it.each([
    [0.019, 'same'],
    [0.049, 'slight'],
    [0.149, 'noticeable'],
    [0.349, 'severe'],
    [0.351, 'broken'],
  ])('of a rise of repetition by %d is "%s"', (repetition, grade) => {
    expect(judge(makeTexts(24), makeTexts(24, 24, { repetition })).grade).toBe(grade);
  });

  it('names repetition', () => {
    expect(judge(makeTexts(24), makeTexts(24, 24, { repetition: 0.3 })).sentence).toBe(
      'Much worse than the original: 30 % of what it writes are repeats (original 0 %).',
    );
  });

  it('does not set one sign off against another', () => {
    const drifting: Partial<TextMeasures> = { drifted: true };
    expect(judge(makeTexts(24, 6, looping), makeTexts(24, 6, drifting)).grade).toBe('severe');
  });

  it('is none where texts are few or the original is no better, unless much is worse', () => {
    expect(judge([], []).grade).toBe('unknown');
    expect(judge(makeTexts(7), makeTexts(7)).sentence).toBe(
      'No verdict: 7 texts are too few, at least 8 are needed.',
    );
    expect(judge(makeTexts(7), makeTexts(7, 7, looping)).grade).toBe('broken');
    expect(judge(makeTexts(24, 13, looping), makeTexts(24, 13, looping)).sentence).toMatch(
      /^No verdict: 13 of the original's own 24 texts/,
    );
    expect(judge(makeTexts(24, 13, looping), makeTexts(24, 24, looping)).grade).toBe('broken');
  });

  it('does not claim that texts make sense', () => {
    expect(judge(makeTexts(24), makeTexts(24)).sentence).toBe(
      'Nothing that is counted here got worse in 24 texts; whether they make sense or are true is not counted.',
    );
  });

  it('is one sentence, and no better with more loops', () => {
    const grades = ['unknown', 'same', 'slight', 'noticeable', 'severe', 'broken'];
    const count = fc.integer({ min: 0, max: 30 });
    fc.assert(
      fc.property(count, count, count, (before, after, more) => {
        const original = makeTexts(30, before, looping);
        const few = judge(original, makeTexts(30, Math.min(after, more), looping));
        const many = judge(original, makeTexts(30, Math.max(after, more), looping));
        expect(grades.indexOf(many.grade)).toBeGreaterThanOrEqual(grades.indexOf(few.grade));
        expect(many.sentence).toMatch(/^[A-Z][^.]*\.$/);
      }),
    );
  });
});

describe('Excerpts', () => {
  it('are those first in which the pruned model did worst', () => {
    const original = makeTexts(3, 1, looping);
    const pruned = [original[0]!, { ...original[1]!, repetition: 0.1 }, { ...original[2]!, loop }];
    const { texts } = compareTexts(original, pruned);
    const written = (text: string) =>
      original.map(({ promptId }) => ({
        promptId,
        tokens: [],
        text: `${text} ${promptId}`,
        ended: true,
        limit: 128,
      }));
    const prompts = original.map(({ promptId }) => ({
      id: promptId,
      kind: 'story',
      language: 'en',
      text: 'Once',
    }));
    expect(chooseExcerpts(texts, prompts, written('old'), written('new'), 2)).toEqual([
      {
        promptId: 'prompt-2',
        sample: 0,
        prompt: 'Once',
        original: 'old prompt-2',
        pruned: 'new prompt-2',
        finding: 'loops from token 4',
      },
      expect.objectContaining({ promptId: 'prompt-1', finding: '' }),
    ]);
  });
});

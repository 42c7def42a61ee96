import fc from 'fast-check';
import {
  compareAccuracy,
  judgeChoices,
  measureAccuracy,
  measureGroups,
  predictOption,
  type AccuracyRule,
  type ChoiceQuestion,
  type OptionScore,
} from '../../../../src/evaluate/tasks/index.js';

function question(continuations: readonly string[], answer = 0): ChoiceQuestion {
  const options = continuations.map((continuation) => ({ context: 'c', continuation }));
  return { kind: 'choice', id: 'f:1', group: undefined, options, answer };
}

function score(logProbability: number, ownLogProbability = logProbability, ownTokens = 1): OptionScore {
  return { logProbability, ownLogProbability, ownTokens };
}

describe('The best option', () => {
  // raw: −4 > −6 > −9; per character −4/1, −6/3, −9/4 (a pair of code units counts once); per token −3/1, −6/6, −8/2
  const asked = question([' a', '  abc', ' ab😀d']);
  const scores = [score(-4, -3, 1), score(-6, -6, 6), score(-9, -8, 2)];

  it.each<[AccuracyRule, number]>([
    ['raw', 0],
    ['perCharacter', 1],
    ['perToken', 1],
  ])('by the rule %s is number %d', (rule, expected) => {
    expect(predictOption(asked, scores, rule)).toBe(expected);
  });

  it('by characters counts code points, without the blank that begins', () => {
    // −6 / 3 against −6.1 / 3: one more of a pair or a blank would turn it
    expect(predictOption(question([' 中文字', ' 😀😀😀']), [score(-6), score(-6.1)], 'perCharacter')).toBe(0);
    expect(predictOption(question([' abc', 'abcd']), [score(-3), score(-3.9)], 'perCharacter')).toBe(1);
  });

  it('is the first of equals', () => {
    expect(predictOption(question([' a', ' b']), [score(-1), score(-1)], 'raw')).toBe(0);
  });

  it('is found among probabilities of zero', () => {
    expect(predictOption(question([' a', ' b']), [score(-Infinity), score(-Infinity)], 'raw')).toBe(0);
    expect(predictOption(question([' a', ' b']), [score(-Infinity), score(-9)], 'perCharacter')).toBe(1);
  });

  it('by tokens is none that has no tokens of its own', () => {
    expect(predictOption(question([' a', ' a b']), [score(-1, 0, 0), score(-9, -8, 1)], 'perToken')).toBe(1);
  });

  it('is not looked for among other than one number for each option', () => {
    expect(() => predictOption(question([' a', ' b']), [score(-1)], 'raw')).toThrow(
      'There are 1 scores for the 2 options of the question f:1. There must be one for each.',
    );
    expect(() => predictOption(question([' a', ' b']), [score(NaN), score(-1)], 'raw')).toThrow(
      'The scores of the question f:1 are not all numbers.',
    );
  });
});

describe('Accuracy', () => {
  it('is the share of right answers with its standard error', () => {
    const { value, error } = measureAccuracy([true, true, true, false]);
    expect(value).toBe(0.75);
    expect(error).toBeCloseTo(0.25, 12); // sqrt(0.75 · 0.25 / 3)
  });

  it('of one question has an infinite error, and of none is no number', () => {
    expect(measureAccuracy([true])).toEqual({ value: 1, error: Infinity });
    expect(() => measureAccuracy([])).toThrow('There is no accuracy of no questions.');
  });

  it('is told by group in the order of the questions, and overall by question', () => {
    const questions = ['b', 'a', undefined, 'b', 'b'].map((group) => ({ group }));
    const outcomes = [true, false, true, false, true];
    expect(measureGroups(questions, outcomes)).toEqual([
      { group: 'b', questions: 3, accuracy: measureAccuracy([true, false, true]) },
      { group: 'a', questions: 1, accuracy: { value: 0, error: Infinity } },
    ]);
    expect(measureAccuracy(outcomes).value).toBe(0.6);
  });

  it('comes from scores by a rule', () => {
    const questions = [question([' a', ' b'], 1), question([' a', ' b'], 0)];
    const scores = [
      [score(-2), score(-1)],
      [score(-2), score(-1)],
    ];
    expect(judgeChoices(questions, scores, 'raw')).toEqual([true, false]);
  });
});

describe('Two models', () => {
  it('are compared question by question', () => {
    const before = [true, true, true, false, false];
    const after = [true, false, false, true, false];
    // differences 0, −1, −1, 1, 0: mean −0.2, sum of squares 3, variance (3 − 5 · 0.04) / 4 = 0.7
    const compared = compareAccuracy(before, after);
    expect(compared).toMatchObject({ gained: 1, lost: 2 });
    expect(compared.difference).toBeCloseTo(-0.2, 12);
    expect(compared.error).toBeCloseTo(Math.sqrt(0.7 / 5), 12);
  });

  it('that answer alike differ by nothing', () => {
    expect(compareAccuracy([true, false], [true, false])).toEqual({
      difference: 0,
      error: 0,
      gained: 0,
      lost: 0,
    });
    expect(compareAccuracy([true], [false])).toMatchObject({ difference: -1, error: Infinity });
  });

  it('must have answered the same questions', () => {
    expect(() => compareAccuracy([true], [])).toThrow(
      '1 and 0 outcomes cannot be compared. Both models must have answered the same questions, at least one.',
    );
    expect(() => compareAccuracy([], [])).toThrow(/cannot be compared/);
  });

  it('differ by the difference of their accuracies, with the error of a mean of differences', () => {
    const outcomes = fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(outcomes, (pairs) => {
        const before = pairs.map(([a]) => a);
        const after = pairs.map(([, b]) => b);
        const differences = pairs.map(([a, b]) => Number(b) - Number(a));
        const mean = differences.reduce((sum, d) => sum + d, 0) / pairs.length;
        const squares = differences.reduce((sum, d) => sum + (d - mean) ** 2, 0);
        const compared = compareAccuracy(before, after);
        expect(compared.difference).toBeCloseTo(
          measureAccuracy(after).value - measureAccuracy(before).value,
          10,
        );
        expect(compared.error).toBeCloseTo(Math.sqrt(squares / (pairs.length - 1) / pairs.length), 10);
      }),
    );
  });
});

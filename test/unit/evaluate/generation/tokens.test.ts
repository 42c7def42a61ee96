import fc from 'fast-check';
import { findLoop, measureDistinct, measureRepetition } from '../../../../src/evaluate/generation/index.js';

const repeat = (cycle: readonly number[], length: number) =>
  Array.from({ length }, (_, i) => cycle[i % cycle.length]!);
const tokenLists = fc.array(fc.nat(5), { maxLength: 120 });

describe('Repetition', () => {
  it.each([
    // 4-grams: abcd bcda cdab dabc abcd: one of five occurred before
    [[1, 2, 3, 4, 1, 2, 3, 4], 1 / 5],
    [[1, 2, 3, 4, 5, 6], 0],
    [[1, 1, 1, 1, 1, 1], 2 / 3],
    [[1, 2, 3, 4], 0],
    [[1, 2, 3], null],
    [[], null],
  ])('of %j is %p', (tokens, expected) => {
    const value = measureRepetition(tokens);
    if (expected === null) expect(value).toBeNull();
    else expect(value).toBeCloseTo(expected, 12);
  });

  it('does not take 1, 23 for 12, 3', () => {
    expect(measureDistinct([1, 23, 12, 3, 1], 2)).toBe(1);
  });
});

describe('Distinct tokens', () => {
  it.each([
    [[1, 2, 1, 2], 1, 2 / 4],
    [[1, 2, 1, 2], 2, 2 / 3],
    [[1, 2, 1, 2], 3, 1],
    [[1, 2], 3, null],
    [[7], 1, 1],
    [[], 1, null],
  ])('of %j by %i are %p', (tokens, n, expected) => {
    expect(measureDistinct(tokens, n)).toBe(expected);
  });

  it('are above 0 and at most 1, or there are too few tokens', () => {
    fc.assert(
      fc.property(tokenLists, fc.integer({ min: 1, max: 4 }), (tokens, n) => {
        const value = measureDistinct(tokens, n);
        if (tokens.length < n) expect(value).toBeNull();
        else {
          expect(value).toBeGreaterThan(0);
          expect(value).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe('A loop', () => {
  it.each([
    ['one token 24 times', repeat([7], 24), { from: 0, period: 1 }],
    ['one token 23 times', repeat([7], 23), null],
    ['three turns of eight', repeat([1, 2, 3, 4, 5, 6, 7, 8], 24), { from: 0, period: 8 }],
    ['three turns of nine but for a token', repeat([1, 2, 3, 4, 5, 6, 7, 8, 9], 26), null],
    ['a beginning of its own', [50, 51, 52, ...repeat([1, 2, 3], 30)], { from: 3, period: 3 }],
    ['a last turn cut short', [50, ...repeat([1, 2, 3, 4], 26)], { from: 1, period: 4 }],
    ['a cycle that it leaves again', [...repeat([1, 2], 40), 9], null],
    [
      'three turns of 64',
      repeat(
        Array.from({ length: 64 }, (_, i) => i),
        192,
      ),
      { from: 0, period: 64 },
    ],
    [
      'three turns of 65',
      repeat(
        Array.from({ length: 65 }, (_, i) => i),
        195,
      ),
      null,
    ],
    ['nothing', [], null],
  ])('is found or not in %s', (_, tokens, expected) => {
    expect(findLoop(tokens)).toEqual(expected);
  });

  it('goes on with its period to the end, and the token before it does not belong to it', () => {
    const cycle = fc.array(fc.nat(3), { minLength: 1, maxLength: 70 });
    fc.assert(
      fc.property(tokenLists, cycle, fc.integer({ min: 0, max: 260 }), (begin, own, length) => {
        const tokens = [...begin, ...repeat(own, length)];
        const loop = findLoop(tokens);
        if (own.length <= 64 && length >= Math.max(24, 3 * own.length)) expect(loop).not.toBeNull();
        if (loop === null) return;
        const { from, period } = loop;
        for (let i = from + period; i < tokens.length; i++) expect(tokens[i]).toBe(tokens[i - period]);
        if (from > 0) expect(tokens[from - 1]).not.toBe(tokens[from - 1 + period]);
        expect(tokens.length - from).toBeGreaterThanOrEqual(Math.max(24, 3 * period));
      }),
    );
  });
});

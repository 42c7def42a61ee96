import fc from 'fast-check';
import { sumGram } from '../../../src/score/index.js';
import { gramOf } from '../../fixtures/states.js';

const plain = (values: Float64Array) => Array.from(values);

function expectClose(found: Float64Array, expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  plain(found).forEach((value, index) => {
    expect(value).toBeCloseTo(expected[index] ?? NaN, 6);
  });
}

describe('The sums of a window', () => {
  it('of two states and two tokens are those found by hand', () => {
    // token 0: (1, 0) becomes (1, 1), turned by 45 degrees; token 1: (3, 4) becomes (6, 8), only longer
    const gram = Float32Array.of(1, 1, 1, 2, 25, 50, 50, 100);
    const sums = sumGram(gram, 2);
    expect(sums.tokens).toBe(2);
    expectClose(sums.cosine, [2, Math.SQRT1_2 + 1, Math.SQRT1_2 + 1, 2]);
    expectClose(sums.angle, [0, 0.25, 0.25, 0]);
    // |(0, 1)| / |(1, 1)| and |(3, 4)| / |(6, 8)|
    expectClose(sums.change, [Math.SQRT1_2 + 0.5]);
  });

  it('of three states are found for all pairs, and the change for neighbours alone', () => {
    // (2, 0), (0, 3), (0, -6): turned by 90 degrees, then by 180
    const gram = Float32Array.of(4, 0, 0, 0, 9, -18, 0, -18, 36);
    const sums = sumGram(gram, 3);
    expectClose(sums.cosine, [1, 0, 0, 0, 1, -1, 0, -1, 1]);
    expectClose(sums.angle, [0, 0.5, 0.5, 0.5, 0, 1, 0.5, 1, 0]);
    // |(-2, 3)| / 3 and |(0, -9)| / 6
    expectClose(sums.change, [Math.sqrt(13) / 3, 1.5]);
  });

  it('take a cosine that rounding carried past 1 or -1 for 1 or -1', () => {
    const above = sumGram(Float32Array.of(1, 1.0000002, 1.0000002, 1), 2);
    expect(plain(above.cosine)).toEqual([1, 1, 1, 1]);
    expect(plain(above.angle)).toEqual([0, 0, 0, 0]);
    expect(plain(above.change)).toEqual([0]);
    const below = sumGram(Float32Array.of(1, -1.0000002, -1.0000002, 1), 2);
    expect(plain(below.cosine)).toEqual([1, -1, -1, 1]);
    expect(plain(below.angle)).toEqual([0, 1, 1, 0]);
  });

  it('of no tokens are zero', () => {
    const sums = sumGram(new Float32Array(0), 2);
    expect([sums.tokens, ...plain(sums.cosine), ...plain(sums.change)]).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it('stay exact over many tokens', () => {
    const states = Array.from({ length: 10_000 }, () => [
      [1, 0],
      [1, 1],
    ]);
    const { cosine, angle } = sumGram(gramOf(states), 2);
    expect((cosine[1] ?? NaN) / 10_000).toBeCloseTo(Math.SQRT1_2, 7);
    expect((angle[1] ?? NaN) / 10_000).toBeCloseTo(0.25, 7);
  });

  it('are symmetric, with cosines within -1 to 1 and angles within 0 to 1', () => {
    const states = fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 2, maxLength: 2 }), {
      minLength: 4,
      maxLength: 4,
    });
    const nonZero = states.filter((token) => token.every((state) => state.some((element) => element !== 0)));
    fc.assert(
      fc.property(nonZero, (token) => {
        const { cosine, angle } = sumGram(gramOf([token]), 4);
        for (let i = 0; i < 4; i += 1) {
          for (let j = 0; j < 4; j += 1) {
            expect(cosine[4 * i + j]).toBe(cosine[4 * j + i]);
            expect(angle[4 * i + j]).toBe(angle[4 * j + i]);
          }
        }
        expect(Math.min(...cosine)).toBeGreaterThanOrEqual(-1);
        expect(Math.max(...cosine)).toBe(1);
        expect(Math.min(...angle)).toBe(0);
        expect(Math.max(...angle)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('A state that has no direction is refused', () => {
  /** Gram matrices of two tokens and three states, all equal but for the squared norm of one state. */
  function withNorm(token: number, state: number, squared: number): Float32Array {
    const gram = new Float32Array(18).fill(1);
    gram[9 * token + 4 * state] = squared;
    return gram;
  }

  it.each([
    [0, 0, 0, 'before block 0 is zero at token 0'],
    [1, 1, 0, 'after block 0 is zero at token 1'],
    [0, 2, NaN, 'after block 1 is not a finite number at token 0'],
    [1, 0, NaN, 'before block 0 is not a finite number at token 1'],
    [1, 2, Infinity, 'after block 1 is not a finite number at token 1'],
    [0, 1, -1, 'after block 0 is not a finite number at token 0'],
  ])('with its place (token %i, state %i, squared norm %d)', (token, state, squared, where) => {
    expect(() => sumGram(withNorm(token, state, squared), 3)).toThrow(
      expect.objectContaining({
        code: 'SCORE_UNDEFINED',
        message: `The residual stream ${where} of a window, so scores are undefined. The model file may be damaged.`,
      }) as Error,
    );
  });

  it('also where the matrix ends early', () => {
    expect(() => sumGram(new Float32Array(6).fill(1), 2)).toThrow(
      /after block 0 is not a finite number at token 1/,
    );
  });
});

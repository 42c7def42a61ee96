import fc from 'fast-check';
import { orderEvenly } from '../../../src/score/index.js';

const numbered = (count: number) => Array.from({ length: count }, (_, i) => Int32Array.of(i));
const order = (count: number) => orderEvenly(numbered(count)).map(([place]) => place);

describe('The order of windows that are counted by what they settle', () => {
  it('halves what is left between those before', () => {
    expect(order(8)).toEqual([0, 4, 2, 6, 1, 5, 3, 7]);
    expect(order(5)).toEqual([0, 2, 1, 3, 4]);
  });

  it('keeps every window, once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), (count) => {
        expect(order(count).toSorted((a, b) => (a ?? 0) - (b ?? 0))).toEqual(numbered(count).map(([i]) => i));
      }),
    );
  });

  it('puts the first few all over the text, however many there are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 200 }), fc.integer({ min: 4, max: 200 }), (count, first) => {
        const places = order(count).slice(0, first);
        const ascending = [...places, count].toSorted((a = 0, b = 0) => a - b);
        const gaps = ascending.map((place = 0, i) => place - (ascending[i - 1] ?? 0));
        expect(Math.max(...gaps)).toBeLessThanOrEqual((2 * count) / Math.min(first, count) + 1);
      }),
    );
  });
});

import fc from 'fast-check';
import { cutText, textDefaults, type ScoredWindow, type TextRule } from '../../../src/evaluate/index.js';

const count = (length: number) => Int32Array.from({ length }, (_, i) => 10 + i);
const cut = (tokens: number, rule: TextRule) => cutText(count(tokens), 'mine.txt', rule);
const show = (windows: readonly ScoredWindow[]) =>
  windows.map(({ tokens, firstScored }) => [[...tokens], firstScored]);

const refusal = (code: string, message: string) =>
  expect.objectContaining({ code, message }) as unknown as Error;

describe('Windows that follow each other', () => {
  it('begin with BOS in place of their first token, and score their second half', () => {
    expect(show(cut(15, { context: 8, bos: 1 }))).toEqual([
      [[1, 10, 11, 12, 13, 14, 15, 16], 5],
      [[1, 18, 19, 20, 21, 22, 23, 24], 5],
    ]);
  });

  it('keep their first token where the model wants no BOS', () => {
    expect(show(cut(16, { context: 8 }))).toEqual([
      [[10, 11, 12, 13, 14, 15, 16, 17], 5],
      [[18, 19, 20, 21, 22, 23, 24, 25], 5],
    ]);
  });

  it('leave out what does not fill one', () => {
    expect(cut(23, { context: 8 })).toHaveLength(2);
    expect(cut(23, { context: 8, bos: 1 })).toHaveLength(3);
  });

  it.each([
    [512, 257],
    [9, 5],
  ])('of %i tokens score from %i on, as llama-perplexity does', (context, firstScored) => {
    expect(cut(context, { context })[0]!.firstScored).toBe(firstScored);
  });

  it('are as many as asked for at most', () => {
    const all = cut(40, { context: 8, bos: 1 });
    expect(cut(40, { context: 8, bos: 1, windows: 2 })).toEqual(all.slice(0, 2));
    expect(cut(40, { context: 8, bos: 1, windows: 99 })).toEqual(all);
  });

  it('leave the text as it was', () => {
    const text = count(16);
    cutText(text, 'mine.txt', { context: 8, bos: 1 });
    expect(text).toEqual(count(16));
  });

  it('have 512 tokens by default', () => {
    expect(textDefaults).toEqual({ context: 512 });
  });
});

describe('A window that slides', () => {
  it('scores what no window had before', () => {
    expect(show(cut(13, { context: 8, stride: 3, bos: 1 }))).toEqual([
      [[1, 10, 11, 12, 13, 14, 15, 16], 1],
      [[12, 13, 14, 15, 16, 17, 18, 19], 5],
      [[15, 16, 17, 18, 19, 20, 21, 22], 5],
    ]);
  });

  it('ends with what the text still has', () => {
    expect(show(cut(11, { context: 8, stride: 4 })).at(-1)).toEqual([[14, 15, 16, 17, 18, 19, 20], 4]);
  });

  it('is as long as a text that is shorter', () => {
    expect(show(cut(3, { context: 8, stride: 4, bos: 1 }))).toEqual([[[1, 10, 11, 12], 1]]);
  });

  it('scores a token at a time with a stride of one', () => {
    const windows = cut(12, { context: 8, stride: 1 });
    expect(windows.map(({ firstScored }) => firstScored)).toEqual([1, 7, 7, 7, 7]);
    expect(windows.every(({ tokens }) => tokens.length === 8)).toBe(true);
  });

  it('with a stride of its length leaves the first token of each place unscored', () => {
    expect(show(cut(17, { context: 8, stride: 8 }))).toEqual([
      [[10, 11, 12, 13, 14, 15, 16, 17], 1],
      [[18, 19, 20, 21, 22, 23, 24, 25], 1],
    ]);
  });

  it('stops after as many places as asked for', () => {
    const all = cut(40, { context: 8, stride: 2 });
    expect(cut(40, { context: 8, stride: 2, windows: 3 })).toEqual(all.slice(0, 3));
  });

  const sizes = fc.record({
    context: fc.integer({ min: 8, max: 40 }),
    length: fc.integer({ min: 2, max: 200 }),
    stride: fc.integer({ min: 1, max: 39 }),
  });

  it('scores each token but the first exactly once, with as much before it as promised', () => {
    fc.assert(
      fc.property(sizes, ({ context, length, stride: wanted }) => {
        const stride = Math.min(wanted, context - 1);
        const scored: number[] = [];
        for (const { tokens, firstScored } of cut(length, { context, stride })) {
          expect(tokens.length).toBeLessThanOrEqual(context);
          // tokens are their places in the text
          const begin = tokens[0]! - 10;
          tokens.forEach((token, i) => {
            expect(token - 10).toBe(begin + i);
          });
          if (begin > 0) expect(firstScored).toBeGreaterThanOrEqual(context - stride);
          scored.push(...[...tokens.subarray(firstScored)].map((token) => token - 10));
        }
        expect(scored).toEqual(Array.from({ length: length - 1 }, (_, i) => i + 1));
      }),
    );
  });
});

describe('A text', () => {
  it.each([7, 0, -8, 8.5, NaN])('is not cut with a context of %d', (context) => {
    const message = `A context must have 8 or more tokens, not ${context}.`;
    expect(() => cut(100, { context })).toThrow(refusal('USAGE', message));
  });

  it.each([0, 9, -1, 2.5, NaN])('is not cut with a stride of %d in a context of 8', (stride) => {
    const message = `A stride must be 1 to 8 tokens, the context; not ${stride}.`;
    expect(() => cut(100, { context: 8, stride })).toThrow(refusal('USAGE', message));
  });

  it('that does not fill a window is refused', () => {
    const message =
      'The text mine.txt is too short for a perplexity: it has 1,000 tokens, and a window takes 2,048. ' +
      'Use a longer text or a smaller --context.';
    expect(() => cut(1000, { context: 2048 })).toThrow(refusal('DATA', message));
    expect(cut(8, { context: 8 })).toHaveLength(1);
  });

  it.each([
    [0, 1],
    [1, undefined],
  ])('of %i tokens after BOS %p has nothing that a sliding window scores', (tokens, bos) => {
    const message =
      'The text mine.txt is too short for a perplexity: it has 1 token, and the first one is not scored. ' +
      'Use a longer text.';
    expect(() => cut(tokens, { context: 8, stride: 4, bos })).toThrow(refusal('DATA', message));
  });
});

import fc from 'fast-check';
import {
  checkDropped,
  countDropped,
  defaultAmount,
  formatBlockList,
  parseBlockList,
  type CountedAmount,
} from '../../../src/select/index.js';

type Counted = CountedAmount;

function expectUsage(action: () => unknown, message: string | RegExp): void {
  expect(action).toThrow(
    expect.objectContaining({
      name: 'PruneError',
      code: 'USAGE',
      message: typeof message === 'string' ? message : (expect.stringMatching(message) as string),
    }) as Error,
  );
}

describe('The number of blocks to drop', () => {
  it.each([
    [0.25, 30, 8],
    [0.25, 18, 5],
    [0.25, 32, 8],
    [0.25, 1, 0],
    [0.1, 30, 3],
    [0.1, 24, 2],
    [0, 30, 0],
    [0.9, 10, 9],
    [0.98, 30, 29],
    [1e-9, 30, 0],
  ])('for a ratio of %d of %i blocks is %i, rounded to the nearest', (ratio, count, dropped) => {
    expect(countDropped({ ratio }, count)).toBe(dropped);
  });

  it('is a quarter where nothing was said', () => {
    expect(defaultAmount).toEqual({ ratio: 0.25 });
  });

  it.each([0, 1, 29])('is the one that was asked for (%i of 30)', (blocks) => {
    expect(countDropped({ blocks }, 30)).toBe(blocks);
  });

  it.each([1, 1.5, -0.1, NaN, Infinity])('cannot be found for a ratio of %d', (ratio) => {
    expectUsage(
      () => countDropped({ ratio }, 30),
      `The ratio must be at least 0 and less than 1, not ${ratio}.`,
    );
  });

  it.each([-1, 1.5, NaN, Infinity])('cannot be %d', (blocks) => {
    expectUsage(
      () => countDropped({ blocks }, 30),
      `The number of blocks to drop must be 0, 1, 2, …, not ${blocks}.`,
    );
  });

  it.each<[Counted, number, string]>([
    [
      { ratio: 0.99 },
      30,
      'The model has 30 blocks; dropping 0.99 of them would leave none. At most 29 can go.',
    ],
    [{ ratio: 0.5 }, 1, 'The model has 1 block; dropping 0.5 of them would leave none. At most 0 can go.'],
    [{ blocks: 30 }, 30, 'The model has 30 blocks; dropping 30 would leave none. At most 29 can go.'],
    [{ blocks: 99 }, 30, 'The model has 30 blocks; dropping 99 would leave none. At most 29 can go.'],
  ])('must leave a block (%j of %i)', (amount, count, message) => {
    expectUsage(() => countDropped(amount, count), message);
  });
});

describe('Named blocks', () => {
  it('are put in order, each once', () => {
    expect(checkDropped([5, 1, 10, 1], 12, 'model.gguf')).toEqual([1, 5, 10]);
    expect(checkDropped([], 12, 'model.gguf')).toEqual([]);
  });

  it.each([
    [[0, 12], 12],
    [[-1], -1],
    [[1.5], 1.5],
    [[NaN], NaN],
    [[99, 12], 12],
  ])('must be in the model: %j', (blocks, unknown) => {
    expect(() => checkDropped(blocks, 12, 'model.gguf')).toThrow(
      expect.objectContaining({
        code: 'NO_SUCH_BLOCK',
        message: `There is no block ${unknown}: model.gguf has blocks 0 to 11.`,
      }) as Error,
    );
  });

  it('must not be all of them', () => {
    expectUsage(
      () => checkDropped([2, 1, 0, 1], 3, 'model.gguf'),
      'All 3 blocks of model.gguf would be dropped. At least one must stay.',
    );
  });
});

describe('A list of blocks', () => {
  it.each([
    ['7', [7]],
    ['21-29,31', [21, 22, 23, 24, 25, 26, 27, 28, 29, 31]],
    [' 3 , 1 - 2 ', [3, 1, 2]],
    ['5-5', [5]],
    ['007', [7]],
    ['3,3', [3, 3]],
  ])('typed as %j is read', (text, blocks) => {
    expect(parseBlockList(text)).toEqual(blocks);
  });

  it.each([
    ['', ''],
    ['1,,2', ''],
    ['1,', ''],
    ['a', 'a'],
    ['1-', '1-'],
    ['-1', '-1'],
    ['5-3', '5-3'],
    ['1..3', '1..3'],
    ['1.5', '1.5'],
    ['1, 2 3', '2 3'],
    ['0x10', '0x10'],
    ['0-100001', '0-100001'],
    ['none', 'none'],
  ])('typed as %j is refused', (text, part) => {
    expectUsage(
      () => parseBlockList(text),
      `"${part}" is neither a block nor a range of blocks. A list looks like this: 21-29,31.`,
    );
  });

  it('with a number beyond all bounds is refused', () => {
    expectUsage(() => parseBlockList('9'.repeat(400)), /is neither a block nor a range/);
  });

  it.each([
    [[], 'none'],
    [[4], '4'],
    [[0, 1], '0-1'],
    [[31, 21, 23, 22], '21-23,31'],
    [[1, 3, 5], '1,3,5'],
  ])('%j is printed as %s', (blocks, text) => {
    expect(formatBlockList(blocks)).toBe(text);
  });

  it('leaves the list that it prints as it was', () => {
    const blocks = [3, 1];
    formatBlockList(blocks);
    expect(blocks).toEqual([3, 1]);
  });

  it('that is printed and read again is the same', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(60), { minLength: 1 }), (blocks) => {
        expect(parseBlockList(formatBlockList(blocks))).toEqual(blocks.toSorted((a, b) => a - b));
      }),
    );
  });
});

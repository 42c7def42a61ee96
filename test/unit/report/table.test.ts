import fc from 'fast-check';
import stringWidth from 'string-width';
import { renderBar, renderTable } from '../../../src/report/index.js';

describe('A table', () => {
  it('has columns as wide as their widest cell, two spaces apart, without spaces at the end', () => {
    const rows = [
      ['name', 'size', 'note'],
      ['a', '1', ''],
      ['longer', '1,000', 'x'],
    ];
    expect(renderTable(rows, ['left', 'right', 'left'])).toEqual([
      'name     size  note',
      'a           1',
      'longer  1,000  x',
    ]);
  });

  it('counts characters by the places that they take', () => {
    const rows = [
      ['漢字', '|'],
      ['😀', '|'],
      ['e\u0301', '|'],
      ['\u001b[31mred\u001b[39m', '|'],
      ['abcd', '|'],
    ];
    const lines = renderTable(rows, ['left', 'left']);
    expect(lines.slice(0, 3)).toEqual(['漢字  |', '😀    |', 'e\u0301     |']);
    expect(lines.map((line) => stringWidth(line))).toEqual([7, 7, 7, 7, 7]);
    expect(renderTable(rows, ['right', 'left'])[1]).toBe('  😀  |');
  });

  it('of no rows has no lines', () => {
    expect(renderTable([], ['left'])).toEqual([]);
  });

  it('takes rows that end early', () => {
    expect(renderTable([['a', 'b'], ['c']], ['left', 'right'])).toEqual(['a  b', 'c']);
  });
});

describe('A bar', () => {
  it.each([
    [1, '████'],
    [0.5, '██'],
    [0.75, '███'],
    [1 / 32, '▏'],
    [2 / 32, '▎'],
    [3 / 32, '▍'],
    [4 / 32, '▌'],
    [5 / 32, '▋'],
    [6 / 32, '▊'],
    [7 / 32, '▉'],
    [8 / 32, '█'],
    [9 / 32, '█▏'],
    [31 / 32, '███▉'],
  ])('of %d of 1 in 4 places is %s', (value, bar) => {
    expect(renderBar(value, 1, 4)).toBe(bar);
  });

  it('is rounded to the nearest eighth, but shows at least one for anything above nothing', () => {
    expect(renderBar(1.4 / 32, 1, 4)).toBe('▏');
    expect(renderBar(1.6 / 32, 1, 4)).toBe('▎');
    expect(renderBar(1e-9, 1, 4)).toBe('▏');
    expect(renderBar(1e-300, 1e300, 4)).toBe('▏');
  });

  it.each([
    [0, 1],
    [-1, 1],
    [NaN, 1],
    [0, 0],
    [1, NaN],
    [1, -1],
  ])('is empty for nothing (%d of %d)', (value, highest) => {
    expect(renderBar(value, highest, 4)).toBe('');
  });

  it('is never longer than its width, nor shorter than that of a lower value', () => {
    const values = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(values, values, fc.integer({ min: 1, max: 40 }), (a, b, width) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map((value) => renderBar(value, 50, width));
        expect(stringWidth(high ?? '')).toBeLessThanOrEqual(width);
        expect(stringWidth(low ?? '')).toBeLessThanOrEqual(stringWidth(high ?? ''));
      }),
    );
  });
});

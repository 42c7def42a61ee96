import { formatBytes, formatChange, formatFigure, formatParameters } from '../../../src/report/index.js';

describe('A size', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1000, '1.0 kB'],
    [1049, '1.0 kB'],
    [1051, '1.1 kB'],
    [99_900, '99.9 kB'],
    [100_000, '100 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [98_400_000, '98.4 MB'],
    [999_499_999, '999 MB'],
    [999_500_000, '1.0 GB'],
    [8_030_000_000, '8.0 GB'],
    [999_500_000_000, '1.0 TB'],
    [5e15, '5000 TB'],
  ])('of %d bytes is %s', (bytes, printed) => {
    expect(formatBytes(bytes)).toBe(printed);
  });

  it.each([
    [99_960, '100 kB'],
    [99_999_999, '100 MB'],
    [1, '1 byte'],
  ])('of %d bytes is %s', (bytes, printed) => {
    expect(formatBytes(bytes)).toBe(printed);
  });
});

describe('A number of parameters', () => {
  it.each([
    [0, '0 k'],
    [30_848, '31 k'],
    [999_499, '999 k'],
    [1_000_000, '1 M'],
    [134_515_008, '135 M'],
    [999_499_999, '999 M'],
    [1_000_000_000, '1.0 B'],
    [8_030_261_248, '8.0 B'],
    [70_553_706_496, '70.6 B'],
  ])('of %d is %s', (count, printed) => {
    expect(formatParameters(count)).toBe(printed);
  });

  it.each([
    [999_500, '1 M'],
    [999_500_000, '1.0 B'],
  ])('of %d is %s', (count, printed) => {
    expect(formatParameters(count)).toBe(printed);
  });
});

describe('A figure', () => {
  it.each([
    [0, '0.00'],
    [1, '1.00'],
    [9.994, '9.99'],
    [10, '10.0'],
    [22.44, '22.4'],
    [99.94, '99.9'],
    [100, '100'],
    [298.4, '298'],
    [999.4, '999'],
    [1000, '1,000'],
    [12_345.4, '12,345'],
    [999_999, '999,999'],
    [1_000_000, '1.0e+6'],
    [Infinity, '–'],
    [-Infinity, '–'],
    [NaN, '–'],
  ])('of %d is %s', (value, printed) => {
    expect(formatFigure(value)).toBe(printed);
  });

  it.each([
    [9.996, '10.0'],
    [99.96, '100'],
    [999.6, '1,000'],
  ])('of %d is %s', (value, printed) => {
    expect(formatFigure(value)).toBe(printed);
  });

  it.each([
    [0.00123, '0.00123'],
    [0.0123, '0.0123'],
  ])('of %d is %s', (value, printed) => {
    expect(formatFigure(value)).toBe(printed);
  });
});

describe('A change', () => {
  it.each([
    [100, 93, '−7.0 %'],
    [100, 138, '+38 %'],
    [100, 107, '+7.0 %'],
    [100, 100, '±0.0 %'],
    [100, 100.04, '±0.0 %'],
    [100, 99.96, '±0.0 %'],
    [100, 100.06, '+0.1 %'],
    [100, 99.94, '−0.1 %'],
    [100, 109.94, '+9.9 %'],
    [100, 109.96, '+10 %'],
    [100, 90.04, '−10 %'],
    [100, 0, '−100 %'],
    [100, 999, '+899 %'],
    [100, 12_000, '× 120'],
    [1, 5000, '× 5,000'],
    [0, 5, '–'],
    [0, 0, '–'],
    [1, NaN, '–'],
  ])('from %d to %d is %s', (before, after, printed) => {
    expect(formatChange(before, after)).toBe(printed);
  });
});

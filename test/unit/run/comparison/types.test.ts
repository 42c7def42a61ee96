import { readHeader } from '../../../../src/gguf/index.js';
import { estimateSize } from '../../../../src/run/comparison/estimate.js';
import { findTypes, usualTypes } from '../../../../src/run/comparison/types.js';
import { buildGguf, tinyLlama } from '../../../fixtures/buildGguf.js';
import { writeTemp } from '../../../fixtures/writeTemp.js';

describe('Types of quantisation', () => {
  it('are found by name, in any case, each once', () => {
    expect(findTypes(['q4_0', ' Q3_K_M', 'Q4_0'])).toEqual([
      { name: 'Q4_0', number: 2 },
      { name: 'Q3_K_M', number: 12 },
    ]);
    expect(findTypes().map(({ name }) => name)).toEqual(usualTypes);
  });

  it.each([
    ['Q4_K_N', /there is no type "Q4_K_N"\. Did you mean Q4_K_[MS]\? Valid are F16, Q4_0, /],
    ['fast', /there is no type "FAST"\. Valid are/],
    ['IQ2_XS', /IQ2_XS is made with an importance matrix alone/],
    ['Q2_K_S', /Q2_K_S is made with an importance matrix alone/],
    ['NVFP4', /quantiser makes no NVFP4/],
    ['', /names no type/],
  ])('are refused where they cannot be made: %s', (name, message) => {
    expect(() => findTypes([name])).toThrow(message);
  });
});

describe('The size of a quantisation', () => {
  it('is estimated from the shapes of the tensors', async () => {
    const bytes = buildGguf(tinyLlama({ blocks: 4, embedding: 64, feedForward: 96 }));
    const header = await readHeader(writeTemp(bytes));
    const q4 = estimateSize(header, 'Q4_0');
    expect(q4.least).toBeLessThanOrEqual(header.fileBytes);
    expect(q4.least).toBeGreaterThan(0.9 * header.fileBytes);
    expect(q4.most).toBeGreaterThan(q4.least);
    expect(estimateSize(header, 'Q8_0').least).toBeGreaterThan(header.fileBytes);
  });

  it('counts with the larger types that short rows get', async () => {
    const of = async (embedding: number) =>
      readHeader(writeTemp(buildGguf(tinyLlama({ blocks: 2, embedding, feedForward: 2 * embedding }))));
    const short = await of(64);
    expect(estimateSize(short, 'Q3_K_M').least).toBe(estimateSize(short, 'Q4_0').least);
    const long = await of(256);
    expect(estimateSize(long, 'Q3_K_M').least).toBeLessThan(estimateSize(long, 'Q4_0').least);
  });
});

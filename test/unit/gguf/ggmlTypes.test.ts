import { findGgmlType, GGML_TYPES, ggmlTypeName } from '../../../src/gguf/index.js';
import { computeTensorBytes } from '../../../src/gguf/tensorSize.js';

/** Bytes per block as the sum of the parts that ggml-common.h gives each block: scales, then quants. */
const BLOCKS: readonly (readonly [name: string, elements: number, bytes: number])[] = [
  ['Q1_0', 128, 2 + 128 / 8],
  ['Q2_0', 64, 2 + 64 / 4],
  ['Q4_0', 32, 2 + 32 / 2],
  ['Q4_1', 32, 2 * 2 + 32 / 2],
  ['MXFP4', 32, 1 + 32 / 2],
  ['NVFP4', 64, 64 / 16 + 64 / 2],
  ['Q5_0', 32, 2 + 4 + 32 / 2],
  ['Q5_1', 32, 2 * 2 + 4 + 32 / 2],
  ['Q8_0', 32, 2 + 32],
  ['Q8_1', 32, 2 * 2 + 32],
  ['TQ1_0', 256, 2 + 256 / 64 + (256 - (4 * 256) / 64) / 5],
  ['TQ2_0', 256, 2 + 256 / 4],
  ['Q2_K', 256, 2 * 2 + 256 / 16 + 256 / 4],
  ['Q3_K', 256, 2 + 256 / 4 + 256 / 8 + 12],
  ['Q4_K', 256, 2 * 2 + 12 + 256 / 2],
  ['Q5_K', 256, 2 * 2 + 12 + 256 / 2 + 256 / 8],
  ['Q6_K', 256, 2 + 256 / 16 + (3 * 256) / 4],
  ['Q8_K', 256, 4 + 256 + (256 / 16) * 2],
  ['IQ2_XXS', 256, 2 + (256 / 8) * 2],
  ['IQ2_XS', 256, 2 + (256 / 8) * 2 + 256 / 32],
  ['IQ2_S', 256, 2 + 256 / 4 + 256 / 16],
  ['IQ3_XXS', 256, 2 + 3 * (256 / 8)],
  ['IQ3_S', 256, 2 + 13 * (256 / 32) + 256 / 64],
  ['IQ1_S', 256, 2 + 256 / 8 + 256 / 16],
  ['IQ1_M', 256, 256 / 8 + 256 / 16 + 256 / 32],
  ['IQ4_NL', 32, 2 + 32 / 2],
  ['IQ4_XS', 256, 2 + 2 + 256 / 64 + 256 / 2],
];

describe('The table of ggml types', () => {
  it('is ordered by id', () => {
    expect(GGML_TYPES.map(({ id }) => id)).toEqual(GGML_TYPES.map((_, index) => index));
  });

  it('gives no name twice', () => {
    expect(new Set(GGML_TYPES.map(({ name }) => name)).size).toBe(GGML_TYPES.length);
  });

  it.each(BLOCKS)('gives %s blocks of %i elements in %i bytes', (name, blockSize, typeSize) => {
    expect(GGML_TYPES.find((type) => type.name === name)).toMatchObject({ blockSize, typeSize });
  });

  it('holds single elements in all types that are neither quantised nor removed', () => {
    const plain = GGML_TYPES.filter(({ blockSize }) => blockSize === 1);
    expect(plain.map(({ name, typeSize }) => `${name} ${String(typeSize)}`)).toEqual([
      'F32 4',
      'F16 2',
      'I8 1',
      'I16 2',
      'I32 4',
      'I64 8',
      'F64 8',
      'BF16 2',
    ]);
  });

  it('marks the eight removed types by sizes of 0', () => {
    const removed = GGML_TYPES.filter(({ blockSize, typeSize }) => blockSize === 0 && typeSize === 0);
    expect(removed.map(({ id }) => id)).toEqual([4, 5, 31, 32, 33, 36, 37, 38]);
  });

  it('names known and unknown ids', () => {
    expect([ggmlTypeName(12), ggmlTypeName(99)]).toEqual(['Q4_K', 'type 99']);
    expect(findGgmlType(99)).toBeUndefined();
  });
});

describe('The size of a tensor', () => {
  it.each([
    ['F32', [7, 3], 84],
    ['Q4_0', [64, 3], 108],
    ['Q6_K', [512, 2, 3], 2520],
    ['F16', [], 2],
  ])('of type %s with dimensions %j is %i bytes', (name, dimensions, bytes) => {
    const type = GGML_TYPES.find((candidate) => candidate.name === name);
    expect(type && computeTensorBytes(type, dimensions)).toBe(bytes);
  });

  it('is undefined where bytes or elements exceed 53 bits', () => {
    const f32 = { id: 0, name: 'F32', blockSize: 1, typeSize: 4 };
    const q1 = { id: 41, name: 'Q1_0', blockSize: 128, typeSize: 18 };
    expect(computeTensorBytes(f32, [2 ** 51])).toBeUndefined();
    expect(computeTensorBytes(q1, [2 ** 53])).toBeUndefined();
    expect(computeTensorBytes(f32, [2 ** 50])).toBe(2 ** 52);
  });
});

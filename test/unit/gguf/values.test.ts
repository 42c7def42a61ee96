import fc from 'fast-check';
import {
  arrayShape,
  decodeValue,
  makeArrayEntry,
  makeEntry,
  ValueType,
  type Entry,
  type Scalar,
  type ScalarType,
} from '../../../src/gguf/index.js';
import { value, type TypedValue } from '../../fixtures/buildGguf.js';

function entryOf({ type, bytes }: TypedValue): Entry {
  return { key: 'k', type: type as ValueType, bytes };
}

type ScalarName = Exclude<keyof typeof ValueType, 'array'>;

/** Values at the borders of each type, as the fixture builder encodes them and as they decode. */
const SCALARS: readonly (readonly [ScalarName, TypedValue, Scalar])[] = [
  ['uint8', value.uint8(255), 255],
  ['int8', value.int8(-128), -128],
  ['uint16', value.uint16(65_535), 65_535],
  ['int16', value.int16(-32_768), -32_768],
  ['uint32', value.uint32(4_294_967_295), 4_294_967_295],
  ['int32', value.int32(-2_147_483_648), -2_147_483_648],
  ['float32', value.float32(0.5), 0.5],
  ['float32', value.float32(-Infinity), -Infinity],
  ['bool', value.bool(0), false],
  ['bool', value.bool(1), true],
  ['string', value.string('größe \0 😀'), 'größe \0 😀'],
  ['string', value.string('\ufeffmark'), '\ufeffmark'],
  ['string', value.string(''), ''],
  ['uint64', value.uint64(2n ** 64n - 1n), 2n ** 64n - 1n],
  ['uint64', value.uint64(2n ** 53n - 1n), 2 ** 53 - 1],
  ['uint64', value.uint64(2n ** 53n + 1n), 2n ** 53n + 1n],
  ['int64', value.int64(-(2n ** 63n)), -(2n ** 63n)],
  ['int64', value.int64(-1), -1],
  ['float64', value.float64(Math.PI), Math.PI],
];

describe('A value', () => {
  it.each(SCALARS)('of type %s decodes: %j', (_, encoded, plain) => {
    expect(decodeValue(entryOf(encoded))).toBe(plain);
  });

  it.each(SCALARS)('of type %s encodes: %j', (name, encoded, plain) => {
    expect(makeEntry('k', ValueType[name], plain)).toEqual(entryOf(encoded));
  });

  it.each(SCALARS)('of type %s in an array decodes and encodes: %j', (name, encoded, plain) => {
    const array = value.array(encoded.type, [encoded, encoded]);
    expect(decodeValue(entryOf(array))).toEqual([plain, plain]);
    expect(makeArrayEntry('k', ValueType[name], [plain, plain])).toEqual(entryOf(array));
  });

  it('of any byte but 0 is true as a bool', () => {
    expect(decodeValue(entryOf(value.bool(2)))).toBe(true);
  });

  it('that is a string with bytes outside UTF-8 decodes with replacement characters', () => {
    expect(decodeValue(entryOf(value.string(Uint8Array.of(0x61, 0xff))))).toBe('a\ufffd');
  });

  it('decodes from bytes in the middle of a buffer', () => {
    const bytes = Uint8Array.of(9, 9, 9, 7, 0, 0, 0, 9).subarray(3, 7);
    expect(decodeValue({ key: 'k', type: ValueType.uint32, bytes })).toBe(7);
  });

  it('that is a nested array decodes to nested arrays', () => {
    const nested = value.array(9, [value.array(4, [value.uint32(1)]), value.array(8, [])]);
    expect(decodeValue(entryOf(nested))).toEqual([[1], []]);
  });

  it('of NaN survives', () => {
    expect(decodeValue(makeEntry('k', ValueType.float32, NaN))).toBeNaN();
  });
});

const integers = fc.oneof(fc.bigInt({ min: -(2n ** 66n), max: 2n ** 66n }), fc.integer());
const RANGES: readonly (readonly [ScalarName, bigint, bigint])[] = [
  ['uint8', 0n, 2n ** 8n - 1n],
  ['int8', -(2n ** 7n), 2n ** 7n - 1n],
  ['uint16', 0n, 2n ** 16n - 1n],
  ['int16', -(2n ** 15n), 2n ** 15n - 1n],
  ['uint32', 0n, 2n ** 32n - 1n],
  ['int32', -(2n ** 31n), 2n ** 31n - 1n],
  ['uint64', 0n, 2n ** 64n - 1n],
  ['int64', -(2n ** 63n), 2n ** 63n - 1n],
];

describe('An integer', () => {
  it.each(RANGES)('is stored as %s exactly when it is from %p to %p', (name, least, most) => {
    const borders = fc.constantFrom(least - 1n, least, most, most + 1n);
    fc.assert(
      fc.property(fc.oneof(integers, borders), (integer) => {
        const make = () => makeEntry('k', ValueType[name], integer);
        if (BigInt(integer) < least || BigInt(integer) > most) {
          expect(make).toThrow(expect.objectContaining({ code: 'GGUF_UNSUPPORTED' }) as Error);
        } else {
          expect(BigInt(decodeValue(make()) as number | bigint)).toBe(BigInt(integer));
        }
      }),
    );
  });
});

describe('A value that does not fit its type', () => {
  it.each<readonly [ScalarType, Scalar, string]>([
    [ValueType.uint8, 1.5, 'a whole number from 0 to 255'],
    [ValueType.uint8, '1', 'a whole number from 0 to 255'],
    [ValueType.int8, NaN, 'a whole number from -128 to 127'],
    [ValueType.bool, 1, 'true or false'],
    [ValueType.string, 1, 'a string'],
    [ValueType.float32, 1e39, 'a number in the range of float32'],
    [ValueType.float64, 1n, 'a number'],
  ])('is refused (type %i, %p)', (type, unfit, valid) => {
    const refusal = expect.objectContaining({
      code: 'GGUF_UNSUPPORTED',
      message: expect.stringContaining(`: ${valid} is needed.`) as string,
    }) as Error;
    expect(() => makeEntry('k', type, unfit)).toThrow(refusal);
    expect(() => makeArrayEntry('k', type, [unfit])).toThrow(refusal);
  });
});

describe('The shape of an array', () => {
  it.each([
    [value.array(8, [value.string('a'), value.string('b')]), { elementType: 8, count: 2 }],
    [value.array(6, []), { elementType: 6, count: 0 }],
    [value.array(9, [value.array(4, [])]), { elementType: 9, count: 1 }],
  ])('tells type and count (%#)', (array, shape) => {
    expect(arrayShape(entryOf(array))).toEqual(shape);
  });

  it('is refused for a value that is no array', () => {
    expect(() => arrayShape(entryOf(value.uint32(1)))).toThrow(/has the type uint32; an array is needed/);
  });
});

describe('An entry made by hand', () => {
  it.each<readonly [string, Entry]>([
    ['too few bytes', { key: 'k', type: ValueType.uint32, bytes: new Uint8Array(3) }],
    ['too many bytes', { key: 'k', type: ValueType.uint32, bytes: new Uint8Array(5) }],
    [
      'a string that is cut',
      { key: 'k', type: ValueType.string, bytes: value.string('abc').bytes.slice(0, -1) },
    ],
    [
      'an array that is cut',
      { key: 'k', type: ValueType.array, bytes: Uint8Array.of(4, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0) },
    ],
    ['an array with an unknown type', { key: 'k', type: ValueType.array, bytes: value.array(77, []).bytes }],
    ['an array without a count', { key: 'k', type: ValueType.array, bytes: new Uint8Array(6) }],
  ])('with %s is refused as damaged', (_, entry) => {
    const refusal = expect.objectContaining({ code: 'GGUF_DAMAGED' }) as Error;
    expect(() => decodeValue(entry)).toThrow(refusal);
  });

  it.each([value.array(77, []).bytes, new Uint8Array(6)])('has no shape when it is damaged (%#)', (bytes) => {
    const refusal = expect.objectContaining({ code: 'GGUF_DAMAGED' }) as Error;
    expect(() => arrayShape({ key: 'k', type: ValueType.array, bytes })).toThrow(refusal);
  });
});

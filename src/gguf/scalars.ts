import { ValueType, type ScalarType } from './types.js';
import { formatCount } from './wording.js';

/** A decoded value that is not an array. */
export type Scalar = number | bigint | boolean | string;

/** A value type of fixed size. */
export type FixedType = Exclude<ScalarType, typeof ValueType.string>;

interface Codec {
  readonly bytes: number;
  readonly read: (view: DataView, at: number) => number | bigint | boolean;
  /** Writes a value for which `accepts` was true. */
  readonly write: (view: DataView, at: number, value: Scalar) => void;
  readonly accepts: (value: Scalar) => boolean;
  /** What `accepts` asks for, for messages. */
  readonly valid: string;
}

type Bits = 8 | 16 | 32 | 64;
type Read = (view: DataView, at: number) => number | bigint;

function describeUnsigned(bits: Bits, read: Read): Codec {
  return describeInteger(bits, 0n, 2n ** BigInt(bits) - 1n, read);
}

function describeSigned(bits: Bits, read: Read): Codec {
  const half = 2n ** BigInt(bits - 1);
  return describeInteger(bits, -half, half - 1n, read);
}

function describeInteger(bits: Bits, least: bigint, most: bigint, read: Read): Codec {
  const isWhole = (value: Scalar) => typeof value === 'bigint' || Number.isInteger(value);
  return {
    bytes: bits / 8,
    read,
    write: (view, at, value) => {
      const encoded = BigInt.asUintN(bits, BigInt(value));
      for (let index = 0; index < bits / 8; index += 1) {
        view.setUint8(at + index, Number((encoded >> BigInt(8 * index)) & 0xffn));
      }
    },
    accepts: (value) => isWhole(value) && BigInt(value) >= least && BigInt(value) <= most,
    valid: `a whole number from ${formatCount(least)} to ${formatCount(most)}`,
  };
}

function describeFloat(bytes: 4 | 8): Codec {
  return {
    bytes,
    read: (view, at) => (bytes === 4 ? view.getFloat32(at, true) : view.getFloat64(at, true)),
    write: (view, at, value) => {
      if (bytes === 4) view.setFloat32(at, Number(value), true);
      else view.setFloat64(at, Number(value), true);
    },
    accepts: (value) => typeof value === 'number' && (bytes === 8 || fitsFloat32(value)),
    valid: bytes === 4 ? 'a number in the range of float32' : 'a number',
  };
}

function fitsFloat32(value: number): boolean {
  return !Number.isFinite(value) || Number.isFinite(Math.fround(value));
}

function toSafe(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

const CODECS: Readonly<Record<FixedType, Codec>> = {
  [ValueType.uint8]: describeUnsigned(8, (view, at) => view.getUint8(at)),
  [ValueType.int8]: describeSigned(8, (view, at) => view.getInt8(at)),
  [ValueType.uint16]: describeUnsigned(16, (view, at) => view.getUint16(at, true)),
  [ValueType.int16]: describeSigned(16, (view, at) => view.getInt16(at, true)),
  [ValueType.uint32]: describeUnsigned(32, (view, at) => view.getUint32(at, true)),
  [ValueType.int32]: describeSigned(32, (view, at) => view.getInt32(at, true)),
  [ValueType.uint64]: describeUnsigned(64, (view, at) => toSafe(view.getBigUint64(at, true))),
  [ValueType.int64]: describeSigned(64, (view, at) => toSafe(view.getBigInt64(at, true))),
  [ValueType.float32]: describeFloat(4),
  [ValueType.float64]: describeFloat(8),
  [ValueType.bool]: {
    bytes: 1,
    // llama.cpp takes each byte other than 0 for true.
    read: (view, at) => view.getUint8(at) !== 0,
    write: (view, at, value) => {
      view.setUint8(at, value === true ? 1 : 0);
    },
    accepts: (value) => typeof value === 'boolean',
    valid: 'true or false',
  },
};

/** How a value type of fixed size is stored. */
export function findCodec(type: FixedType): Codec {
  return CODECS[type];
}

/** The size in bytes of a value of a type of fixed size. */
export function scalarBytes(type: FixedType): number {
  return CODECS[type].bytes;
}

/** The fewest bytes a value of this type can take: an empty string, an empty array. */
export function leastBytes(type: ValueType): number {
  if (type === ValueType.string) return 8;
  return type === ValueType.array ? 4 + 8 : scalarBytes(type);
}

/** A view of exactly these bytes. */
export function viewBytes(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

// Ways to damage a file. What is drawn follows from the seed, so that a failure can be had again.
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Values that lengths, counts and offsets are wrong by. */
const telling = [
  0n,
  1n,
  2n,
  7n,
  31n,
  32n,
  33n,
  255n,
  65_535n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 53n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
  2n ** 64n - 32n,
];

const operations = [
  function flipBits(bytes, draw) {
    for (let i = 0, count = 1 + draw(8); i < count; i++) bytes[draw(bytes.length)] ^= 1 << draw(8);
    return bytes;
  },
  function setBytes(bytes, draw) {
    for (let i = 0, count = 1 + draw(4); i < count; i++) bytes[draw(bytes.length)] = draw(256);
    return bytes;
  },
  function cutOff(bytes, draw) {
    return bytes.subarray(0, draw(bytes.length));
  },
  function setNumber32(bytes, draw) {
    if (bytes.length < 4) return bytes;
    bytes.writeUInt32LE(Number(telling[draw(telling.length)] & 0xffffffffn), draw(bytes.length - 3));
    return bytes;
  },
  function setNumber64(bytes, draw) {
    if (bytes.length < 8) return bytes;
    const value = draw(4) === 0 ? BigInt(bytes.length + draw(64) - 32) : telling[draw(telling.length)];
    bytes.writeBigUInt64LE(BigInt.asUintN(64, value), draw(bytes.length - 7));
    return bytes;
  },
  /** The first 24 bytes say how much follows. */
  function setCount(bytes, draw) {
    if (bytes.length < 24) return bytes;
    bytes.writeBigUInt64LE(telling[draw(telling.length)], 8 + 8 * draw(2));
    return bytes;
  },
  function insert(bytes, draw) {
    const at = draw(bytes.length + 1);
    const more = Buffer.from(Array.from({ length: 1 + draw(40) }, () => draw(256)));
    return Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]);
  },
  function remove(bytes, draw) {
    const from = draw(bytes.length);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 1 + draw(40))]);
  },
  function repeat(bytes, draw) {
    const from = draw(bytes.length);
    const piece = bytes.subarray(from, from + 1 + draw(100));
    return Buffer.concat([bytes.subarray(0, from), piece, bytes.subarray(from)]);
  },
  function swap(bytes, draw) {
    const length = 1 + draw(32);
    const [a, b] = [draw(bytes.length), draw(bytes.length)];
    const kept = Buffer.from(bytes.subarray(a, a + length));
    bytes.copy(bytes, a, b, Math.min(bytes.length, b + length));
    kept.copy(bytes, b);
    return bytes;
  },
];

/** A damaged copy, and what was done to it. */
export function damage(base, seed) {
  const generator = xoroshiro128plus(seed);
  const draw = (below) => (below <= 1 ? 0 : uniformInt(generator, 0, below - 1));
  // most of the harm is to be done to the header, which lies before the tensors' values
  let bytes = Buffer.from(base);
  const done = [];
  for (let i = 0, count = 1 + draw(3); i < count && bytes.length > 0; i++) {
    const operation = operations[draw(operations.length)];
    bytes = operation(bytes, draw);
    done.push(operation.name);
  }
  return { bytes, done };
}

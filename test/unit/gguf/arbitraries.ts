import fc from 'fast-check';
import { GGML_TYPES } from '../../../src/gguf/index.js';
import {
  randomBytes,
  value,
  type FixtureEntry,
  type FixtureSpec,
  type FixtureTensor,
  type TypedValue,
} from '../../fixtures/buildGguf.js';

const INTEGERS = [
  value.uint8,
  value.int8,
  value.uint16,
  value.int16,
  value.uint32,
  value.int32,
  value.uint64,
  value.int64,
  value.bool,
];

/** A maker of values of one type, so that an array can hold several. */
const makers: fc.Arbitrary<fc.Arbitrary<TypedValue>> = fc.constantFrom(
  ...INTEGERS.map((make) => fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }).map(make)),
  fc.float().map(value.float32),
  fc.double().map(value.float64),
  fc.uint8Array({ maxLength: 20 }).map(value.string),
);

const arrays: fc.Arbitrary<TypedValue> = makers.chain((maker) =>
  fc.tuple(maker, fc.array(maker, { maxLength: 6 })).map(([{ type }, items]) => value.array(type, items)),
);

const nestedArrays: fc.Arbitrary<TypedValue> = fc
  .array(arrays, { maxLength: 3 })
  .map((items) => value.array(9, items));

const values: fc.Arbitrary<TypedValue> = fc.oneof(
  makers.chain((maker) => maker),
  arrays,
  nestedArrays,
);

const keys = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 30 })
  .filter((key) => key !== 'general.alignment');

const entries: fc.Arbitrary<FixtureEntry> = fc.record({ key: keys, value: values });

const names = fc.string({ unit: 'binary', maxLength: 15 }).filter((name) => !name.includes('\0'));

const tensors: fc.Arbitrary<FixtureTensor> = fc
  .tuple(
    names,
    fc.constantFrom(...GGML_TYPES.filter(({ blockSize }) => blockSize > 0)),
    fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 4 }),
    fc.nat(),
  )
  .filter(([, { blockSize }, blocks]) => blockSize === 1 || blocks.length > 0)
  .map(([name, { id, blockSize, typeSize }, blocks, seed]) => ({
    name,
    type: id,
    dimensions: blocks.map((count, index) => (index === 0 ? count * blockSize : count)),
    payload: randomBytes(
      seed,
      blocks.reduce((product, count) => product * count, typeSize),
    ),
  }));

const specs = fc.record(
  {
    entries: fc.uniqueArray(entries, { selector: ({ key }) => key, maxLength: 6 }),
    tensors: fc.uniqueArray(tensors, { selector: ({ name }) => name, maxLength: 5 }),
    alignment: fc.constantFrom(1, 8, 32, 64, 256),
    padLast: fc.boolean(),
    trailing: fc.uint8Array({ maxLength: 40 }),
  },
  { requiredKeys: ['entries', 'tensors'] },
);

/** Files with keys of every type, tensors of every type, any alignment and any end. */
export function fixtureSpecs(): fc.Arbitrary<FixtureSpec> {
  // Padding is zeros in every valid file: without it, other bytes there could not be told from it.
  return specs.map((spec) =>
    spec.padLast === false && spec.trailing
      ? { ...spec, trailing: new Uint8Array(spec.trailing.length) }
      : spec,
  );
}

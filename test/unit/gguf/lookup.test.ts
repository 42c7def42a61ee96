import {
  findEntry,
  getArray,
  getBool,
  getFloat,
  getString,
  getUint,
  removeEntry,
  replaceEntry,
  ValueType,
  type Entry,
  type Metadata,
} from '../../../src/gguf/index.js';
import { value, type TypedValue } from '../../fixtures/buildGguf.js';

const VALUES: Readonly<Record<string, TypedValue>> = {
  text: value.string('llama'),
  small: value.uint8(3),
  signed: value.int64(3),
  large: value.uint64(2n ** 53n),
  negative: value.int32(-3),
  truth: value.bool(1),
  single: value.float32(0.25),
  double: value.float64(0.1),
  list: value.array(5, [value.int32(-1), value.int32(2)]),
};
const HEADER: Metadata = {
  path: '/models/tiny.gguf',
  entries: Object.entries(VALUES).map(([key, { type, bytes }]) => ({ key, type: type as ValueType, bytes })),
};

describe('Looking up a key', () => {
  it('finds values of the type that is asked for', () => {
    expect(getString(HEADER, 'text')).toBe('llama');
    expect(getUint(HEADER, 'small')).toBe(3);
    expect(getUint(HEADER, 'signed')).toBe(3);
    expect(getBool(HEADER, 'truth')).toBe(true);
    expect(getFloat(HEADER, 'single')).toBe(0.25);
    expect(getFloat(HEADER, 'double')).toBe(0.1);
    expect(getArray(HEADER, 'list')).toEqual({ elementType: ValueType.int32, values: [-1, 2] });
    expect(findEntry(HEADER, 'small')?.bytes).toEqual(Uint8Array.of(3));
  });

  it.each([getString, getUint, getBool, getFloat, getArray, findEntry])(
    'finds nothing by $name under an absent key',
    (get) => {
      expect(get(HEADER, 'absent')).toBeUndefined();
    },
  );

  it.each([
    [getString, 'small', 'has the type uint8; a string is needed'],
    [getUint, 'text', 'has the type string; a whole number is needed'],
    [getUint, 'truth', 'has the type bool; a whole number is needed'],
    [getUint, 'single', 'has the type float32; a whole number is needed'],
    [getUint, 'negative', 'is -3; a whole number from 0 to 9,007,199,254,740,991 is needed'],
    [getUint, 'large', 'is 9007199254740992; a whole number from 0 to 9,007,199,254,740,991 is needed'],
    [getBool, 'small', 'has the type uint8; a bool is needed'],
    [getFloat, 'small', 'has the type uint8; a floating-point number is needed'],
    [getArray, 'text', 'has the type string; an array is needed'],
  ])('refuses a value that does not fit (%#: %p)', (get, key, what) => {
    expect(() => get(HEADER, key)).toThrow(
      expect.objectContaining({
        code: 'GGUF_DAMAGED',
        message: `tiny.gguf is damaged: the value of the key "${key}" ${what}.`,
      }) as Error,
    );
  });
});

describe('A list of entries', () => {
  const entries: readonly Entry[] = HEADER.entries.slice(0, 3);
  const change: Entry = { key: 'small', type: ValueType.bool, bytes: Uint8Array.of(1) };

  it('gets a new value in the place of the old one', () => {
    expect(replaceEntry(entries, change)).toEqual([entries[0], change, entries[2]]);
  });

  it('gets a new key at its end', () => {
    expect(replaceEntry(entries, { ...change, key: 'new' })).toEqual([...entries, { ...change, key: 'new' }]);
  });

  it('loses a key', () => {
    expect(removeEntry(entries, 'small')).toEqual([entries[0], entries[2]]);
    expect(removeEntry(entries, 'absent')).toEqual(entries);
  });

  it('stays as it was', () => {
    const before = [...entries];
    replaceEntry(entries, change);
    removeEntry(entries, 'small');
    expect(entries).toEqual(before);
  });
});

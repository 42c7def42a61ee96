import { escapeUnsafe, fileLabel, formatCount, formatCounted, quoteName } from '../../../src/gguf/index.js';

describe('A quoted name', () => {
  it.each([
    ['blk.0.attn_q.weight', '"blk.0.attn_q.weight"'],
    ['', '""'],
    ['tab\there', '"tab\\u0009here"'],
    ['\u001b[31mred', '"\\u001b[31mred"'],
    ['c1\u009b', '"c1\\u009b"'],
    ['right\u202eto left', '"right\\u202eto left"'],
    ['line\u2028end', '"line\\u2028end"'],
    ['half \ud83d', '"half \\ud83d"'],
    ['tag \u{e0041}', '"tag \\u{e0041}"'],
    ['a "quote" and a \\', '"a \\"quote\\" and a \\\\"'],
    ['größe 😀', '"größe 😀"'],
  ])('for %j is %s', (name, quoted) => {
    expect(quoteName(name)).toBe(quoted);
  });

  it('keeps 64 characters and cuts the 65th', () => {
    expect(quoteName('x'.repeat(64))).toBe(`"${'x'.repeat(64)}"`);
    expect(quoteName('x'.repeat(65))).toBe(`"${'x'.repeat(64)}…"`);
  });

  it('never cuts a character in half', () => {
    expect(quoteName('😀'.repeat(4), 3)).toBe('"😀😀😀…"');
    expect(quoteName('😀'.repeat(3), 3)).toBe('"😀😀😀"');
  });
});

describe('A count', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [4096, '4,096'],
    [1234567, '1,234,567'],
    [-4096, '-4,096'],
    [2n ** 64n, '18,446,744,073,709,551,616'],
  ])('of %p is printed as %s', (count, printed) => {
    expect(formatCount(count)).toBe(printed);
  });

  it('takes a plural unless it is 1', () => {
    expect([0, 1, 2, 1n].map((count) => formatCounted(count, 'byte'))).toEqual([
      '0 bytes',
      '1 byte',
      '2 bytes',
      '1 byte',
    ]);
  });
});

describe('A path', () => {
  it('is printed with unsafe characters escaped', () => {
    expect(escapeUnsafe('/a/\u0007b')).toBe('/a/\\u0007b');
  });

  it('is shortened to the file name', () => {
    expect(fileLabel('/models/new\nline.gguf')).toBe('new\\u000aline.gguf');
  });
});

import fc from 'fast-check';
import { dirname, join } from 'node:path';
import { PruneError } from '../../../src/errors.js';
import {
  cutWindows,
  hashWindows,
  readCalibration,
  windowDefaults,
  type CalibrationWindows,
} from '../../../src/score/index.js';
import { writeTemp } from '../../fixtures/buildGguf.js';

const utf8 = (content: string) => new TextEncoder().encode(content);

function calibrate(content: string | Uint8Array, name: string) {
  return readCalibration(writeTemp(typeof content === 'string' ? utf8(content) : content, name));
}

describe('A calibration file', () => {
  it('of text is read whole', async () => {
    expect(await calibrate('Größe\r\n😀\n', 'mine.txt')).toEqual({
      kind: 'text',
      label: 'mine.txt',
      text: 'Größe\r\n😀\n',
    });
  });

  it('loses the mark that some editors put in front of a text', async () => {
    expect(await calibrate(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61), 'mine.txt')).toMatchObject({ text: 'a' });
  });

  it('of token ids is taken window by window', async () => {
    expect(await calibrate('[[1, 2], [0, 2147483647, 7]]', 'ids.json')).toEqual({
      kind: 'tokens',
      label: 'ids.json',
      windows: [Int32Array.of(1, 2), Int32Array.of(0, 2_147_483_647, 7)],
    });
  });

  it('is the built-in text where none is named, long enough for the default windows', async () => {
    const calibration = await readCalibration(undefined);
    expect(calibration).toMatchObject({ kind: 'text', label: 'built-in text' });
    const text = calibration.kind === 'text' ? calibration.text : '';
    // a token of English text is about four characters long
    const windows = windowDefaults.windows + windowDefaults.heldOut;
    expect(text.length / 4).toBeGreaterThan(windows * windowDefaults.windowTokens);
  });

  it.each([
    ['', 'empty.txt'],
    [' \n\t\r\n', 'blank.txt'],
    ['', 'empty.json'],
  ])('is refused when there is nothing in it (%j in %s)', async (content, name) => {
    await expect(calibrate(content, name)).rejects.toMatchObject({
      code: 'CALIBRATION',
      message: `The text file ${name} is empty.`,
    });
  });

  it('is refused when it is not UTF-8', async () => {
    await expect(calibrate(Uint8Array.of(0x61, 0xff, 0x62), 'latin1.txt')).rejects.toMatchObject({
      code: 'CALIBRATION',
      message: expect.stringMatching(
        /latin1\.txt is not UTF-8 text\. Calibration is a \.txt file, or a \.json/,
      ) as string,
    });
  });

  it.each(['{', '[[1, 2]', '[[1, 2],]', 'hello'])('is refused when it is no JSON: %s', async (content) => {
    await expect(calibrate(content, 'bad.json')).rejects.toMatchObject({
      code: 'CALIBRATION',
      message: expect.stringMatching(/^bad\.json is not valid JSON: ./) as string,
    });
  });

  it('is refused with unsafe characters escaped', async () => {
    const failure: unknown = await calibrate('\u001b[2J', 'bad.json').catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PruneError);
    expect((failure as PruneError).message).not.toMatch(/\p{Cc}/u);
  });

  it.each([
    ['{}', ''],
    ['null', ''],
    ['7', ''],
    ['[]', ''],
    ['[1, 2]', '; window 0 is not'],
    ['[[1, 2], [3]]', '; window 1 is not'],
    ['[[1, 2], []]', '; window 1 is not'],
    ['[[1, 2], [3, 4], null]', '; window 2 is not'],
    ['[[1, -2]]', '; window 0 is not'],
    ['[[1, 2.5]]', '; window 0 is not'],
    ['[["1", "2"]]', '; window 0 is not'],
    ['[[1, null]]', '; window 0 is not'],
    ['[[1, 2147483648]]', '; window 0 is not'],
    ['[[[1, 2]]]', '; window 0 is not'],
    ['[{"0": 1, "1": 2, "length": 2}]', '; window 0 is not'],
  ])('is refused when it holds other JSON than windows of token ids: %s', async (content, detail) => {
    await expect(calibrate(content, 'bad.json')).rejects.toMatchObject({
      code: 'CALIBRATION',
      message: `bad.json must be an array of arrays of token ids, each with at least two${detail}.`,
    });
  });

  it('is refused when it is not there or cannot be read', async () => {
    const folder = dirname(writeTemp(utf8('text'), 'mine.txt'));
    const missing = join(folder, 'no\u0007ne.txt');
    await expect(readCalibration(missing)).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      message: `There is no file ${folder}/no\\u0007ne.txt.`,
    });
    await expect(readCalibration(folder)).rejects.toMatchObject({
      code: 'FILE_NOT_READABLE',
      message: `${folder} cannot be read.`,
    });
  });
});

/** A text of tokens 0, 1, 2, … */
const count = (length: number) => Int32Array.from({ length }, (_, index) => index);

function cut(
  length: number,
  options: { readonly windows: number; readonly windowTokens: number; readonly bos?: number },
): CalibrationWindows {
  return cutWindows(count(length), 'mine.txt', { bos: undefined, ...options });
}

/** The places in the text where windows start. */
const starts = (windows: readonly Int32Array[]) => windows.map((window) => window[0]);

describe('Windows', () => {
  it('are as many as asked for and as long, beside those held out', () => {
    const { label, scoring, heldOut } = cut(10_000, { windows: 16, windowTokens: 100 });
    expect(label).toBe('mine.txt');
    expect([scoring.length, heldOut.length]).toEqual([16, 8]);
    expect([...scoring, ...heldOut].map((window) => window.length)).toEqual(Array(24).fill(100));
  });

  it('are fewer than asked for where the text has no more', () => {
    const { scoring, heldOut } = cut(1250, { windows: 16, windowTokens: 100 });
    expect([scoring.length, heldOut.length]).toEqual([8, 4]);
  });

  it('lie evenly over the text, those held out evenly among the others', () => {
    const { scoring, heldOut } = cut(1200, { windows: 8, windowTokens: 100 });
    expect(starts(scoring)).toEqual([0, 100, 300, 400, 600, 700, 900, 1000]);
    expect(starts(heldOut)).toEqual([200, 500, 800, 1100]);
    const sparse = cut(1200, { windows: 2, windowTokens: 100 });
    expect([starts(sparse.scoring), starts(sparse.heldOut)]).toEqual([
      [0, 600],
      [200, 400, 800, 1000],
    ]);
  });

  it('begin with the token that begins a text, if there is one', () => {
    const { scoring, heldOut } = cut(297, { windows: 2, windowTokens: 100, bos: 7777 });
    expect([...scoring, ...heldOut].map((window) => window.length)).toEqual([100, 100, 100]);
    expect(new Set(starts([...scoring, ...heldOut]))).toEqual(new Set([7777]));
    expect(starts([...scoring, ...heldOut].map((window) => window.subarray(1)))).toEqual([0, 99, 198]);
  });

  it('are at least two, one of them held out', () => {
    const { scoring, heldOut } = cut(200, { windows: 16, windowTokens: 100 });
    expect([starts(scoring), starts(heldOut)]).toEqual([[0], [100]]);
  });

  it.each([
    [199, undefined, '199 tokens', '200'],
    [1, undefined, '1 token', '200'],
    [197, 1, '197 tokens', '198'],
    [0, undefined, '0 tokens', '200'],
  ])('cannot be cut from too short a text (%i tokens, BOS %p)', (length, bos, has, need) => {
    expect(() => cutWindows(count(length), 'mine.txt', { windows: 4, windowTokens: 100, bos })).toThrow(
      expect.objectContaining({
        code: 'CALIBRATION',
        message:
          `The text mine.txt is too short: it has ${has}, and two windows of 100 need ${need}. Use a ` +
          'longer text or a smaller --window-tokens.',
      }) as Error,
    );
  });

  it.each([
    [1, 7777],
    [0, undefined],
  ])('are refused when a window of %i has no place for text (BOS %p)', (windowTokens, bos) => {
    expect(() => cutWindows(count(100), 'mine.txt', { windows: 4, windowTokens, bos })).toThrow(PruneError);
  });

  const options = fc.record({
    length: fc.integer({ min: 40, max: 2000 }),
    windows: fc.integer({ min: 1, max: 40 }),
    windowTokens: fc.integer({ min: 8, max: 20 }),
    bos: fc.option(fc.constant(99_999), { nil: undefined }),
  });

  it('share no place of the text, and are at most as many as asked for', () => {
    fc.assert(
      fc.property(options, ({ length, ...rest }) => {
        const { scoring, heldOut } = cutWindows(count(length), 'mine.txt', rest);
        const places = [...scoring, ...heldOut].flatMap((window) =>
          Array.from(window).filter((token) => token !== rest.bos),
        );
        expect(new Set(places).size).toBe(places.length);
        expect(Math.max(...places)).toBeLessThan(length);
        expect(scoring.length).toBeLessThanOrEqual(rest.windows);
        expect(scoring.length).toBeGreaterThan(0);
        const available = Math.floor(length / (rest.windowTokens - (rest.bos === undefined ? 0 : 1)));
        expect(heldOut.length).toBeGreaterThan(0);
        expect(heldOut.length).toBeLessThanOrEqual(Math.max(1, Math.min(8, available / 3)));
      }),
    );
  });

  it('are always the same for the same text and options', () => {
    fc.assert(
      fc.property(options, ({ length, ...rest }) => {
        const first = cutWindows(count(length), 'mine.txt', rest);
        expect(cutWindows(count(length), 'mine.txt', rest)).toEqual(first);
      }),
      { numRuns: 20 },
    );
  });

  it('keep their tokens when the text changes afterwards', () => {
    const text = count(200);
    const { scoring } = cutWindows(text, 'mine.txt', { windows: 1, windowTokens: 100, bos: undefined });
    text.fill(0);
    expect(scoring[0]?.[99]).toBe(99);
  });
});

describe('The hash of windows', () => {
  it('is the SHA-256 of lengths and tokens as little-endian 32-bit numbers', () => {
    expect(hashWindows([])).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    // printf '\x02\0\0\0\x01\0\0\0\0\x01\0\0\x01\0\0\0\xff\xff\xff\x7f' | sha256sum
    expect(hashWindows([Int32Array.of(1, 256), Int32Array.of(2_147_483_647)])).toBe(
      'ce20823859f06a9605ea98b8e18e28fc4ac829239670f09c32a5e35e505233d0',
    );
  });

  it('tells apart where one window ends and the next begins', () => {
    expect(hashWindows([Int32Array.of(1, 2), Int32Array.of(3)])).not.toBe(
      hashWindows([Int32Array.of(1), Int32Array.of(2, 3)]),
    );
  });

  it('changes with any token', () => {
    const windows = fc.array(fc.array(fc.nat(), { minLength: 1, maxLength: 5 }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(windows, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 99 }), (tokens, w, t, by) => {
        const hashOf = (ids: readonly (readonly number[])[]) =>
          hashWindows(ids.map((own) => Int32Array.from(own)));
        const window = w % tokens.length;
        const token = t % (tokens[window]?.length ?? 1);
        const changed = tokens.map((own, i) =>
          own.map((id, j) => (i === window && j === token ? id ^ by : id)),
        );
        expect(hashOf(changed)).not.toBe(hashOf(tokens));
        expect(hashOf(tokens.map((own) => [...own]))).toBe(hashOf(tokens));
      }),
    );
  });
});

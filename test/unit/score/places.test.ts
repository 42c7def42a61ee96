import { cutWindows, listFree, locateWindows, overlap } from '../../../src/score/index.js';

const text = Int32Array.from({ length: 100 }, (_, i) => (i * i) % 37);

describe('The places of windows', () => {
  it.each([undefined, 9999])('are those that they were cut from (each begun with %p)', (bos) => {
    const length = bos === undefined ? 20 : 19;
    const { heldOut } = cutWindows(text, 't', { windows: 3, windowTokens: 20, bos });
    for (const [i, { from, until }] of locateWindows(text, heldOut, bos).entries()) {
      expect(until - from).toBe(length);
      expect(text.slice(from, until)).toEqual(heldOut[i]!.slice(bos === undefined ? 0 : 1));
    }
    expect(locateWindows(text, heldOut, bos)).toHaveLength(heldOut.length);
  });

  it('are none for windows of another text, or that begin as this one ends', () => {
    expect(
      locateWindows(text, [Int32Array.of(0, 1, 5), Int32Array.of(text.at(-1)!, 0, 0)], undefined),
    ).toEqual([]);
  });

  it('overlap where they have a token in common', () => {
    const place = { from: 4, until: 8 };
    expect([1, 2, 7, 8].map((from) => overlap(place, { from, until: from + 3 }))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});

describe('Runs of tokens', () => {
  it('may begin wherever they have none in common with certain places', () => {
    const taken = [
      { from: 3, until: 5 },
      { from: 9, until: 10 },
    ];
    expect(listFree(Int32Array.from({ length: 12 }), 2, taken)).toEqual([0, 1, 5, 6, 7, 10]);
    expect(listFree(Int32Array.of(1), 2, [])).toEqual([]);
  });
});

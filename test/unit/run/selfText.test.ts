import type { Model } from '../../../src/native/index.js';
import { openLead } from '../../../src/run/selfText.js';
import { prepareWindows } from '../../../src/run/start.js';
import { locateWindows, overlap, readCalibration } from '../../../src/score/index.js';

const tokenize = (text: string) =>
  Promise.resolve(Int32Array.from(text, (character) => character.codePointAt(0) ?? 0));

/** A model whose tokens are characters. */
const model = {
  facts: { vocabulary: 65536, trainedContext: 512, bos: null, addBos: false },
  tokenize,
} as unknown as Model;

describe('What a model begins its texts with', () => {
  it('is from all over the built-in text, but from no window that judges the result', async () => {
    const builtIn = await readCalibration(undefined);
    const text = await tokenize(builtIn.kind === 'text' ? builtIn.text : '');
    const { heldOut } = await prepareWindows(model, builtIn, {});
    const judging = locateWindows(text, heldOut, undefined);
    expect(judging).toHaveLength(8);
    const { lead } = await openLead(model, heldOut);
    const places = locateWindows(
      text,
      Array.from({ length: 200 }, (_, i) => lead(i)),
      undefined,
    );
    expect(places.filter((place) => judging.some((other) => overlap(place, other)))).toEqual([]);
    expect(new Set(places.map(({ from }) => Math.floor((10 * from) / text.length))).size).toBe(10);
  });

  it('is kept apart by the windows that judge, where those are of the built-in text', async () => {
    const key = async (heldOut: readonly Int32Array[]) => (await openLead(model, heldOut)).key;
    const { heldOut } = await prepareWindows(model, await readCalibration(undefined), {});
    expect(await key(heldOut)).not.toBe(await key(heldOut.slice(1)));
    expect(await key([Int32Array.of(1, 2)])).toBe(await key([]));
  });
});

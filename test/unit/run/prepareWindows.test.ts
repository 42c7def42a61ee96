import type { Model } from '../../../src/native/index.js';
import { prepareWindows } from '../../../src/run/start.js';
import type { Calibration } from '../../../src/score/index.js';

/** A model whose tokens are characters. */
const model = {
  facts: { vocabulary: 65536, trainedContext: 64, bos: null, addBos: false },
  tokenize: (text: string) =>
    Promise.resolve(Int32Array.from(text, (character) => character.codePointAt(0) ?? 0)),
} as unknown as Model;

const calibration: Calibration = {
  kind: 'tokens',
  label: 'ids.json',
  windows: Array.from({ length: 10 }, (_, i) => Int32Array.of(i, i)),
};

const firsts = async (windows?: number) =>
  (await prepareWindows(model, calibration, { windows })).scoring.map(([token]) => token);

describe('Windows of token ids', () => {
  it('are all scored on, unless so many are asked for, which lie evenly among them', async () => {
    expect(await firsts()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await firsts(4)).toEqual([0, 2, 5, 7]);
    expect(await firsts(1)).toEqual([0]);
    expect(await firsts(16)).toHaveLength(10);
  });

  it('are judged by the same windows of the built-in text, however many are scored on', async () => {
    const { heldOut } = await prepareWindows(model, calibration, {});
    expect(heldOut).toHaveLength(8);
    expect((await prepareWindows(model, calibration, { windows: 3 })).heldOut).toEqual(heldOut);
  });
});

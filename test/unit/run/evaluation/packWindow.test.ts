import { packWindow, unpackWindow } from '../../../../src/run/evaluation/packWindow.js';
import type { WindowComparison } from '../../../../src/evaluate/index.js';

/** What is there after it was written as JSON and read again. */
const carry = (window: WindowComparison) =>
  unpackWindow(JSON.parse(JSON.stringify(packWindow(window))) as ReturnType<typeof packWindow>);

describe('The figures of a window', () => {
  it('are the same after they were kept as text, those that JSON has no word for included', () => {
    const window: WindowComparison = {
      before: {
        losses: Float32Array.of(0.1, NaN, Infinity, -Infinity, -0, 1e-45),
        predictions: Int32Array.of(0, -1, 2 ** 31 - 1, -(2 ** 31), 128_255, 7),
      },
      after: { losses: Float32Array.of(3.4e38), predictions: Int32Array.of(1) },
      divergences: Float32Array.of(NaN, 2.5),
    };
    expect(carry(window)).toEqual(window);
    expect(Object.is(carry(window).before.losses[4], -0)).toBe(true);
  });

  it('are the same where there are none', () => {
    const none = { losses: new Float32Array(), predictions: new Int32Array() };
    const window = { before: none, after: none, divergences: new Float32Array() };
    expect(carry(window)).toEqual(window);
  });

  it('are those of a part where they are a part of a longer list', () => {
    const losses = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    const predictions = Int32Array.of(5, 6, 7).subarray(2);
    const window = { before: { losses, predictions }, after: { losses, predictions }, divergences: losses };
    expect(carry(window).before).toEqual({ losses: Float32Array.of(2, 3), predictions: Int32Array.of(7) });
    expect(carry(window).divergences.buffer.byteLength).toBe(8);
  });
});

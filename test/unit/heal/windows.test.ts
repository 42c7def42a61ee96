import { limitTokens, splitWindows } from '../../../src/heal/index.js';

const windows = Array.from({ length: 14 }, (_, i) => Int32Array.of(i, i));

describe('Windows to heal by', () => {
  it('are every sixth for judging, and the others for fitting', () => {
    const { fitting, heldOut } = splitWindows('text', windows, 6);
    expect(heldOut.map(([first]) => first)).toEqual([5, 11]);
    expect(fitting).toHaveLength(12);
  });

  it('are refused where none would judge', () => {
    expect(() => splitWindows('text', windows.slice(0, 5), 6)).toThrow(/5 windows, and 6 are needed/);
  });

  it('are spread evenly over more than are used, and all where there are no more', () => {
    expect(limitTokens(windows, 8).map(([first]) => first)).toEqual([0, 3, 7, 10]);
    expect(limitTokens(windows, 28)).toBe(windows);
    expect(limitTokens(windows, 1)).toHaveLength(1);
  });
});

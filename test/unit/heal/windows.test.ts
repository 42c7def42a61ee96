import { splitWindows } from '../../../src/heal/index.js';
import { explainFewTokens, pickTrainingWindows } from '../../../src/run/heal/trainingWindows.js';
import { limitTokens } from '../../../src/score/index.js';

const windows = Array.from({ length: 14 }, (_, i) => Int32Array.of(i, i));

describe('Windows to heal by', () => {
  const split = { heldOutEvery: 3, mostHeldOut: 5 };

  it('are one in so many for judging, spread evenly, and the others for fitting', () => {
    const { fitting, heldOut } = splitWindows('text', windows, split);
    expect(heldOut.map(([first]) => first)).toEqual([3, 6, 10, 13]);
    expect(fitting).toHaveLength(10);
  });

  it('are no more for judging than that takes', () => {
    expect(splitWindows('text', windows, { ...split, mostHeldOut: 2 }).heldOut).toHaveLength(2);
  });

  it('are trained on where nothing was fitted to them and they judge nothing, and on others where these are too few', () => {
    const text = splitWindows('text', limitTokens(windows, 14), split, windows);
    expect(text.others).toHaveLength(7);
    expect(pickTrainingWindows(text, 8)).toHaveLength(4);
    expect(text.others).toEqual(expect.arrayContaining([...pickTrainingWindows(text, 8)]));
    const more = pickTrainingWindows(text, 18);
    expect(more.slice(0, 7)).toEqual(text.others);
    expect(text.fitting).toEqual(expect.arrayContaining(more.slice(7)));
    expect(more).toHaveLength(9);
    expect(pickTrainingWindows(text, 1000)).toHaveLength(14 - text.heldOut.length);
  });

  it('are said to have little left to be learnt from, where most of those trained on were fitted to', () => {
    const text = splitWindows('notes.txt', limitTokens(windows, 14), split, windows);
    expect(explainFewTokens(text, pickTrainingWindows(text, 18))).toBeUndefined();
    const whole = splitWindows('notes.txt', windows, split);
    expect(explainFewTokens(whole, pickTrainingWindows(whole, 18))).toMatch(
      /^Of the 18 tokens of notes.txt that are trained on all were fitted to already/,
    );
  });

  it('are refused where none would judge', () => {
    expect(() => splitWindows('text', windows.slice(0, 5), { ...split, heldOutEvery: 6 })).toThrow(
      /5 windows, and 6 are needed/,
    );
  });

  it('are spread evenly over more than are used, and all where there are no more', () => {
    expect(limitTokens(windows, 8).map(([first]) => first)).toEqual([0, 3, 7, 10]);
    expect(limitTokens(windows, 28)).toBe(windows);
    expect(limitTokens(windows, 1)).toHaveLength(1);
  });
});

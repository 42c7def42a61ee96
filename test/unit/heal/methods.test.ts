import { parseHealing, splitWindows } from '../../../src/heal/index.js';

describe('What --heal was given', () => {
  it.each([
    ['none', []],
    ['linear', ['linear']],
    ['patch,reconstruct', ['reconstruct', 'patch']],
    [' patch , reconstruct ', ['reconstruct', 'patch']],
  ])('%j is read', (text, names) => {
    expect(parseHealing(text)).toEqual(names);
  });

  it.each(['', 'lora', 'none,patch', 'reconstruct,', 'Linear'])('%j is refused', (text) => {
    expect(() => parseHealing(text)).toThrow(/is no method of healing: none, linear, reconstruct, patch/);
  });

  it.each(['linear,reconstruct', 'patch,linear'])('%j is refused: linear stands alone', (text) => {
    expect(() => parseHealing(text)).toThrow(/linear excludes other methods/);
  });
});

describe('Windows to heal by', () => {
  const windows = Array.from({ length: 13 }, (_, i) => Int32Array.of(i));

  it('are held out every so many, and fitted to otherwise', () => {
    const { fitting, heldOut } = splitWindows('a text', windows, 6);
    expect(heldOut.map(([token]) => token)).toEqual([5, 11]);
    expect(fitting).toHaveLength(11);
  });

  it('are refused where none would judge', () => {
    expect(() => splitWindows('a text', windows.slice(0, 5), 6)).toThrow(
      'a text is too short to heal by: it has 5 windows',
    );
  });
});

import { parseHealing } from '../../../src/heal/index.js';

describe('What --heal was given', () => {
  it.each([
    ['none', []],
    ['linear', ['linear']],
    ['patch,reconstruct', ['reconstruct', 'patch']],
    [' patch , reconstruct ', ['reconstruct', 'patch']],
    ['lora,linear', ['linear', 'lora']],
  ])('%j is read', (text, names) => {
    expect(parseHealing(text)).toEqual(names);
  });

  it.each(['', 'magic', 'none,patch', 'reconstruct,', 'Linear'])('%j is refused', (text) => {
    expect(() => parseHealing(text)).toThrow(/is no method of healing: none, linear, reconstruct, patch/);
  });

  it.each(['linear,reconstruct', 'patch,linear'])('%j is refused: linear stands alone', (text) => {
    expect(() => parseHealing(text)).toThrow(/linear excludes reconstruct and patch/);
  });
});

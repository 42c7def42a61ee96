import { namePart, partPattern, stripPartNumber } from '../../../src/gguf/index.js';

describe('The name of a part', () => {
  it.each([
    ['a/model.gguf', 0, 3, 'a/model-00001-of-00003.gguf'],
    ['model', 1, 3, 'model-00002-of-00003.gguf'],
    ['model-00001-of-00003.gguf', 2, 3, 'model-00003-of-00003.gguf'],
    ['model-00001-of-00003.gguf', 0, 12, 'model-00001-of-00012.gguf'],
    ['../x.y.gguf', 65_534, 65_535, '../x.y-65535-of-65535.gguf'],
    ['a/-00001-of-00002.gguf', 1, 2, 'a/-00001-of-00002-00002-of-00002.gguf'],
    ['model.gguf', 0, 1, 'model.gguf'],
  ])('of %s, index %i of %i, is %s', (path, index, count, name) => {
    expect(namePart(path, index, count)).toBe(name);
  });

  it('is that of the model without its number', () => {
    expect(stripPartNumber('a-00001-of-00002/b-00003-of-00004.gguf')).toBe('a-00001-of-00002/b.gguf');
    expect(stripPartNumber('b-0003-of-0004.gguf')).toBe('b-0003-of-0004.gguf');
  });

  it.each([
    ['m-00001-of-00002.gguf', true],
    ['m-00009-of-00009.gguf', true],
    ['xm-00001-of-00002.gguf', false],
    ['m-00001-of-00002.gguf.part', false],
    ['m.gguf', false],
  ])('is known by its pattern: %s', (name, isPart) => {
    expect(partPattern('some/m.gguf').test(name)).toBe(isPart);
    expect(partPattern('some/m-00001-of-00007.gguf').test(name)).toBe(isPart);
  });

  it('may hold any character', () => {
    const path = 'a+(b)[c].*$^{}|.gguf';
    expect(partPattern(path).test(namePart(path, 0, 2))).toBe(true);
  });
});

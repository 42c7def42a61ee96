import { createHash } from 'node:crypto';
import { checkContext, readText } from '../../../../src/run/evaluation/cutRequested.js';
import { readHeader } from '../../../../src/gguf/index.js';
import { buildGguf, tinyLlama, writeTemp } from '../../../fixtures/buildGguf.js';

const write = (name: string, text: string) => writeTemp(Buffer.from(text), name);

describe('The text of a perplexity', () => {
  it('is the built-in one, or that of a file', async () => {
    expect(await readText(undefined)).toMatchObject({ label: 'built-in text' });
    const sha256 = createHash('sha256').update('Once\n').digest('hex');
    expect(await readText(write('own.txt', 'Once\n'))).toEqual({ label: 'own.txt', text: 'Once\n', sha256 });
  });

  it.each([
    ['empty.txt', ' \n', 'DATA', 'The text empty.txt is empty. A perplexity is measured on a text file.'],
    [
      'ids.json',
      '[[1, 2]]',
      'USAGE',
      'ids.json is a file of token ids by its name. A perplexity is measured on a text file.',
    ],
  ])('is not %s', async (name, text, code, message) => {
    await expect(readText(write(name, text))).rejects.toMatchObject({ code, message });
  });

  it('is UTF-8', async () => {
    const file = writeTemp(Buffer.of(0xff, 0xfe), 'bad.txt');
    await expect(readText(file)).rejects.toMatchObject({
      code: 'DATA',
      message: expect.stringMatching(/bad\.txt is not UTF-8 text\. A perplexity is measured/) as string,
    });
  });
});

describe('A context', () => {
  it.each([4, 8.5, 1e9, NaN])('of %d tokens is refused before the model is loaded', async (context) => {
    const header = await readHeader(writeTemp(buildGguf(tinyLlama({ blocks: 2 }))));
    expect(() => {
      checkContext(header, context);
    }).toThrow(/^--context must be 8 to \d+ tokens, as many as .+ was trained on at once; not /);
    expect(() => {
      checkContext(header, 8);
      checkContext(header, undefined);
    }).not.toThrow();
  });
});

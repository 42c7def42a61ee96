import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { PruneError } from '../../../../src/errors.js';
import {
  languageCodes,
  parsePromptJson,
  parsePromptText,
  readPrompts,
} from '../../../../src/evaluate/generation/index.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'prompts-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, content);
  return file;
}

describe('The prompts of the package', () => {
  it('are of many kinds and languages, most in English', async () => {
    const prompts = await readPrompts();
    expect(prompts).toHaveLength(24);
    expect(new Set(prompts.map(({ kind }) => kind)).size).toBe(8);
    expect(new Set(prompts.map(({ language }) => language)).size).toBe(12);
    expect(prompts.filter(({ language }) => language === 'en').length).toBeGreaterThan(12);
    for (const { language } of prompts) expect(languageCodes).toContain(language);
  });
});

describe('Own prompts', () => {
  it('are read from JSON, where the language may be left out', async () => {
    const file = await write('own.json', '[{"id":"a","kind":"story","text":"Once"}]');
    expect(await readPrompts(file)).toEqual([{ id: 'a', kind: 'story', language: null, text: 'Once' }]);
  });

  it('are a line each, or a paragraph where there are empty lines', async () => {
    const lines = await readPrompts(await write('own.txt', '\uFEFFOne\r\nTwo\r\n'));
    expect(lines.map(({ text }) => text)).toEqual(['One', 'Two']);
    expect(lines[1]).toEqual({ id: 'prompt-2', kind: 'other', language: null, text: 'Two' });
    const paragraphs = parsePromptText('One\nstill one\n \n\n\nTwo\n', 'own.txt');
    expect(paragraphs.map(({ text }) => text)).toEqual(['One\nstill one', 'Two']);
  });

  it.each([
    ['[', /^own\.json is not valid JSON: /],
    ['{}', /must be an array of at least one/],
    ['[]', /must be an array of at least one/],
    ['["x"]', /^own\.json, prompt 1 must be an object/],
    ['[{"id":"a","kind":"b","text":"c"},{"id":"","kind":"b","text":"c"}]', /prompt 2: "id" must be a text/],
    ['[{"id":"a","kind":"b","text":3}]', /prompt 1: "text" must be a text that is not empty/],
    ['[{"id":"a","kind":"b","text":"c","lang":"en"}]', /prompt 1 has "lang", which means nothing here/],
    ['[{"id":"a","kind":"b","text":"c","language":"english"}]', /null or one of am, ar,.*, not "english"\.$/],
    [
      '[{"id":"a","kind":"b","text":"c"},{"id":"a","kind":"b","text":"d"}]',
      /prompt 2: the id "a" is that of prompt 1/,
    ],
  ])('%s are refused', (json, message) => {
    const parse = () => parsePromptJson(json, 'own.json');
    expect(parse).toThrow(PruneError);
    expect(parse).toThrow(message);
  });

  it('are refused where the file is empty, not there or no text', async () => {
    await expect(readPrompts(await write('empty.txt', ' \n'))).rejects.toMatchObject({ code: 'DATA' });
    await expect(readPrompts(path.join(folder, 'none.txt'))).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
    });
    await expect(readPrompts(await write('bad.txt', Uint8Array.of(0xff, 0xfe)))).rejects.toMatchObject({
      code: 'DATA',
      message: expect.stringContaining('is not UTF-8 text') as string,
    });
    await expect(readPrompts(folder)).rejects.toMatchObject({ code: 'FILE_NOT_READABLE' });
  });
});

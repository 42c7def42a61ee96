import path from 'node:path';
import { fileLabel } from '../../gguf/index.js';
import { readTextFile } from '../../readTextFile.js';
import { parsePromptJson, parsePromptText } from './parsePrompts.js';
import type { Prompt } from './types.js';

const builtInPath = path.resolve(import.meta.dirname, '..', '..', '..', 'assets', 'prompts.json');

/**
 * Reads prompts, or those of this package when no file is named. A `.json` file has an array of
 * `{ id, kind, language, text }`; any other file is plain text with one prompt a line or, if there are empty lines, a
 * paragraph.
 *
 * @throws PruneError FILE_NOT_FOUND, FILE_NOT_READABLE, DATA
 */
export async function readPrompts(file?: string): Promise<readonly Prompt[]> {
  const source = file ?? builtInPath;
  const text = await readTextFile(
    source,
    'DATA',
    'Prompts are a .json file of { id, kind, language, text }, or a .txt file with one prompt a line or a paragraph.',
  );
  const parse = source.toLowerCase().endsWith('.json') ? parsePromptJson : parsePromptText;
  return parse(text, file === undefined ? 'the built-in prompts' : fileLabel(file));
}

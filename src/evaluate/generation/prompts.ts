import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { PruneError } from '../../errors.js';
import { escapeUnsafe, fileLabel } from '../../gguf/index.js';
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
  const text = await readUtf8(source);
  const parse = source.toLowerCase().endsWith('.json') ? parsePromptJson : parsePromptText;
  return parse(text, file === undefined ? 'the built-in prompts' : fileLabel(file));
}

async function readUtf8(file: string): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (cause) {
    const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
    const label = escapeUnsafe(file);
    if (code === 'ENOENT') throw new PruneError('FILE_NOT_FOUND', `There is no file ${label}.`, { cause });
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
      throw new PruneError(
        'DATA',
        `${label} is not UTF-8 text. Prompts are a .json file of { id, kind, language, text }, or a .txt file with one ` +
          'prompt a line or a paragraph.',
        { cause },
      );
    }
    throw new PruneError('FILE_NOT_READABLE', `${label} cannot be read.`, { cause });
  }
}

import { PruneError } from '../../errors.js';
import { escapeUnsafe, quoteName } from '../../gguf/index.js';
import { languageCodes } from './scripts.js';
import type { Prompt } from './types.js';

const keys = ['id', 'kind', 'language', 'text'];

/**
 * Reads an array of `{ id, kind, language, text }`. The language may be null or left out when it is not known.
 * @param label names the file in messages
 * @throws PruneError DATA, naming the prompt, counted from 1
 */
export function parsePromptJson(json: string, label: string): readonly Prompt[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : '';
    throw new PruneError('DATA', `${label} is not valid JSON: ${escapeUnsafe(detail)}`, { cause });
  }
  if (!Array.isArray(parsed) || parsed.length === 0) {
    throw new PruneError('DATA', `${label} must be an array of at least one { id, kind, language, text }.`);
  }
  const prompts = parsed.map((value: unknown, i) => toPrompt(value, `${label}, prompt ${i + 1}`));
  const places = new Map<string, number>();
  prompts.forEach(({ id }, i) => {
    const first = places.get(id);
    if (first !== undefined) {
      throw new PruneError(
        'DATA',
        `${label}, prompt ${i + 1}: the id ${quoteName(id)} is that of prompt ${first}; each must have its own.`,
      );
    }
    places.set(id, i + 1);
  });
  return prompts;
}

function toPrompt(value: unknown, place: string): Prompt {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new PruneError('DATA', `${place} must be an object { id, kind, language, text }.`);
  }
  const fields = value as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(fields).find((key) => !keys.includes(key));
  if (unknown !== undefined) {
    throw new PruneError(
      'DATA',
      `${place} has ${quoteName(unknown)}, which means nothing here. A prompt has ${keys.join(', ')}.`,
    );
  }
  const words = (key: string): string => {
    const word = fields[key];
    if (typeof word === 'string' && word.trim() !== '') return word;
    throw new PruneError('DATA', `${place}: "${key}" must be a text that is not empty.`);
  };
  return { id: words('id'), kind: words('kind'), language: toLanguage(fields, place), text: words('text') };
}

function toLanguage({ language }: Readonly<Record<string, unknown>>, place: string): string | null {
  if (language === undefined || language === null) return null;
  if (typeof language === 'string' && languageCodes.includes(language)) return language;
  throw new PruneError(
    'DATA',
    `${place}: "language" must be null or one of ${languageCodes.join(', ')}` +
      `${typeof language === 'string' ? `, not ${quoteName(language)}` : ''}.`,
  );
}

/**
 * Reads plain text: a prompt is a paragraph where there are empty lines, else a line. The language is not known and the
 * kind is `other`.
 * @throws PruneError DATA when there is no prompt
 */
export function parsePromptText(text: string, label: string): readonly Prompt[] {
  const plain = text.replace(/\r\n?/g, '\n').trim();
  if (plain === '') {
    throw new PruneError('DATA', `${label} is empty: it must have one prompt a line or a paragraph.`);
  }
  const separator = /\n[^\S\n]*\n\s*/;
  return plain
    .split(separator.test(plain) ? separator : '\n')
    .map((prompt, i) => ({ id: `prompt-${i + 1}`, kind: 'other', language: null, text: prompt.trim() }));
}

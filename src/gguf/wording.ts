import { basename } from 'node:path';

const LONGEST_NAME = 64;

/** Control and format characters (direction marks among them), lone surrogates, line separators. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * Puts a name from a file into quotes for a message: control and direction characters are escaped, so
 * that a damaged or hostile name cannot drive the terminal, and a name of more than `longest` characters
 * is cut and ends in `…`.
 */
export function quoteName(name: string, longest: number = LONGEST_NAME): string {
  // A character is at most two units long, so that a huge name is not split as a whole.
  const characters = Array.from(name.slice(0, 2 * longest + 2));
  const cut = characters.length > longest;
  const shown = cut ? characters.slice(0, longest).join('') : name;
  const escaped = escapeUnsafe(shown.replace(/["\\]/g, '\\$&'));
  return `"${escaped}${cut ? '…' : ''}"`;
}

/** The file name of a path for a message, without folders, with unsafe characters escaped. */
export function fileLabel(path: string): string {
  return escapeUnsafe(basename(path));
}

/** Replaces each character that could drive a terminal by its escape, such as `\u001b`. */
export function escapeUnsafe(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** A whole number for a message, with thousands separators: `4,096`. */
export function formatCount(count: number | bigint): string {
  // Not by Intl: its first use takes longer than reading a header.
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A count with its noun for a message: `1 byte`, `4,096 bytes`. The plural is formed with `s` unless it is given. */
export function formatCounted(count: number | bigint, noun: string, plural = `${noun}s`): string {
  return `${formatCount(count)} ${Number(count) === 1 ? noun : plural}`;
}

import stringWidth from 'string-width';
import { escapeUnsafe } from '../gguf/index.js';
import type { Excerpt } from './generationReport.js';
import { breakLines, cutText } from './wrap.js';

export interface ExcerptStyle {
  /** Places in a line. */
  readonly width: number;
  /** Characters of a text that are shown; what is missing is marked by `…`. */
  readonly characters?: number;
}

export const defaultCharacters = 300;

/** Below this the texts stand one below the other. */
const leastSideBySide = 64;

/** Prompts with what both models wrote after them, side by side where there is room. */
export function renderExcerpts(
  excerpts: readonly Excerpt[],
  { width, characters = defaultCharacters }: ExcerptStyle,
): string {
  return excerpts
    .map(({ promptId, prompt, original, pruned, finding }) => {
      const show = (text: string) => cutText(showPlain(text), characters);
      const head = breakLines(`${showPlain(promptId)}: ${show(prompt)}`, width - 1);
      const note = finding === '' ? 'model' : `model (${finding})`;
      const texts = [
        ['original', show(original) || '(nothing)'],
        [note, show(pruned) || '(nothing)'],
      ] as const;
      return [...head.map((line) => ` ${line}`), ...layOut(texts, width)].join('\n');
    })
    .join('\n\n');
}

type Titled = readonly [title: string, text: string];

function layOut([left, right]: readonly [Titled, Titled], width: number): readonly string[] {
  if (width < leastSideBySide) {
    const indent = (lines: readonly string[], by: number) => lines.map((line) => ' '.repeat(by) + line);
    return [left, right].flatMap(([title, text]) => [
      ...indent(breakLines(`${title}:`, width - 3), 3),
      ...indent(breakLines(text, width - 5), 5),
    ]);
  }
  const column = Math.floor((width - 5) / 2);
  const [before, after] = [left, right].map(([title, text]) => [
    ...breakLines(title, column),
    '─'.repeat(column),
    ...breakLines(text, column),
  ]);
  const rows = Math.max(before?.length ?? 0, after?.length ?? 0);
  return Array.from({ length: rows }, (_, i) => {
    const cell = before?.[i] ?? '';
    const space = ' '.repeat(Math.max(0, column - stringWidth(cell)));
    return `   ${cell}${space}  ${after?.[i] ?? ''}`.trimEnd();
  });
}

/** On one line: line breaks as `↵`, other blanks as one space, and what could drive a terminal escaped. */
function showPlain(text: string): string {
  const lines = text.trim().replace(/\s*?(?:\r\n?|\n)+\s*/g, ' ↵ ');
  return escapeUnsafe(lines.replace(/[^\S\n]+/g, ' '));
}

import stringWidth from 'string-width';

/**
 * Breaks a text into lines of at most `width` places on a terminal, between words where there is a space and else
 * between characters, as Chinese and Japanese have no spaces.
 */
export function breakLines(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  const put = (part: string, places: number) => {
    line += part;
    used += places;
  };
  const end = () => {
    lines.push(line);
    line = '';
    used = 0;
  };
  for (const word of text.split(' ')) {
    const places = stringWidth(word);
    if (used > 0 && used + 1 + places <= width) put(` ${word}`, places + 1);
    else if (places <= width) {
      if (used > 0) end();
      put(word, places);
    } else {
      if (used > 0 && used + 1 < width) put(' ', 1);
      for (const { segment } of splitCharacters(word)) {
        const own = stringWidth(segment);
        if (used > 0 && used + own > width) end();
        put(segment, own);
      }
    }
  }
  end();
  return lines.map((full) => full.trimEnd());
}

/** Cuts a text after a number of characters as a reader counts them, with `…` where something is missing. */
export function cutText(text: string, longest: number): string {
  let kept = '';
  let count = 0;
  for (const { segment } of splitCharacters(text)) {
    if (count === longest) return `${kept.trimEnd()} …`;
    kept += segment;
    count++;
  }
  return kept;
}

let segmenter: Intl.Segmenter | undefined;

function splitCharacters(text: string): Iterable<Intl.SegmentData> {
  // made at the first use: Intl takes long to load
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return segmenter.segment(text);
}

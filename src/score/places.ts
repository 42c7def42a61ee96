/** A run of tokens of a text, by their places. */
export interface Place {
  readonly from: number;
  /** The first one behind it. */
  readonly until: number;
}

/**
 * Where windows lie in a tokenised text; those of another text lie nowhere.
 * @param start the token that begins every window, if one does: it is none of the text's
 */
export function locateWindows(
  tokens: Int32Array,
  windows: readonly Int32Array[],
  start: number | undefined,
): readonly Place[] {
  return windows.flatMap((window) => {
    const wanted = start === undefined ? window : window.subarray(1);
    let from = tokens.indexOf(wanted[0] ?? NaN);
    while (from !== -1 && !wanted.every((token, i) => tokens[from + i] === token)) {
      from = tokens.indexOf(wanted[0] ?? NaN, from + 1);
    }
    return from === -1 ? [] : [{ from, until: from + wanted.length }];
  });
}

export function overlap(a: Place, b: Place): boolean {
  return a.from < b.until && b.from < a.until;
}

/** Where runs of so many tokens may begin in a text that have none in common with certain places. */
export function listFree(tokens: Int32Array, length: number, taken: readonly Place[]): readonly number[] {
  return Array.from({ length: Math.max(0, tokens.length - length + 1) }, (_, from) => from).filter(
    (from) => !taken.some((place) => overlap(place, { from, until: from + length })),
  );
}
